/** The same response with another body. `new Response` forgets where it came from, and knows fewer statuses. */
export function sameResponse(response: Response, body: ReadableStream | Uint8Array<ArrayBuffer>): Response {
  return described(new Response(body, { headers: response.headers }), response);
}

function described(copy: Response, original: Response): Response {
  for (const name of ["status", "statusText", "ok", "url", "type", "redirected"] as const) {
    Object.defineProperty(copy, name, { value: original[name], configurable: true });
  }
  const clone = () => described(Response.prototype.clone.call(copy), original);
  return Object.defineProperty(copy, "clone", { value: clone, configurable: true });
}
