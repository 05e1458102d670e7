/** The same response with another body. `new Response` forgets where it came from, and knows fewer statuses. */
export function sameResponse(response: Response, body: ReadableStream | Uint8Array<ArrayBuffer>): Response {
  return Object.defineProperty(described(made(response, body), response), "headers", {
    value: response.headers,
    configurable: true,
  });
}

/** Of its own class, where that is one such as undici's own fetch has. */
function made(response: Response, body: ReadableStream | Uint8Array<ArrayBuffer>): Response {
  const { headers } = response;
  if (!(response instanceof Response)) {
    try {
      const copy = new (response as { constructor: typeof Response }).constructor(body, { headers });
      if (copy.body) return copy;
    } catch {
      // A class of somebody's own may be made in any way.
    }
  }
  return new Response(body, { headers });
}

function described(copy: Response, original: Response): Response {
  for (const name of ["status", "statusText", "ok", "url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: original[name], configurable: true });
  }
  const clone = () => described(Object.getPrototypeOf(copy).clone.call(copy), original);
  return Object.defineProperty(copy, "clone", { value: clone, configurable: true });
}
