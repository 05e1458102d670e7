/** A request on its way out, and a copy of its body. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** `x-stainless-retry-count`: openai says which attempt of a call this is. */
  readonly retryCount: string | null;
  readonly signal: AbortSignal | null;
  /** What to hand to the real fetch in place of what the caller gave. */
  readonly pass: Parameters<typeof fetch>;
  /** The body's bytes; null when there is none, or when it can't be read without disturbing it. */
  readonly body: Promise<Buffer | null>;
}

/**
 * Reads what a caller hands to fetch: `(url, init)` or one `Request`. A `Request` is cloned before it is sent,
 * because fetch uses its body up. Returns null for what no HTTP request can be made of; fetch will say why.
 */
export function readOutgoing(input: string | URL | Request, init?: RequestInit): OutgoingRequest | null {
  try {
    const request = typeof input === "object" && "url" in input ? input : null;
    const url = new URL(request ? request.url : String(input));
    if (url.protocol !== "https:" && url.protocol !== "http:") return null;
    return {
      method: String(init?.method ?? request?.method ?? "GET").toUpperCase(),
      url,
      retryCount: headerOf(init?.headers ?? request?.headers, "x-stainless-retry-count"),
      signal: init?.signal ?? request?.signal ?? null,
      pass: init ? [input, init] : [input],
      body: bodyOf(init?.body, request),
    };
  } catch {
    return null;
  }
}

function headerOf(headers: RequestInit["headers"], name: string): string | null {
  // An iterator can be read only once, and that is for fetch to do.
  if (!headers || "next" in headers) return null;
  return (headers instanceof Headers ? headers : new Headers(headers)).get(name);
}

function bodyOf(body: RequestInit["body"], request: Request | null): Promise<Buffer | null> {
  if (typeof body === "string") return Promise.resolve(Buffer.from(body));
  if (body instanceof URLSearchParams) return Promise.resolve(Buffer.from(body.toString()));
  // Copied: the caller may reuse its buffer.
  if (body instanceof ArrayBuffer) return Promise.resolve(Buffer.from(body.slice(0)));
  if (ArrayBuffer.isView(body))
    return Promise.resolve(Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.byteLength)));
  if (body instanceof Blob) return body.arrayBuffer().then(Buffer.from, () => null);
  if (!body && request?.body && !request.bodyUsed) {
    return request
      .clone()
      .arrayBuffer()
      .then(Buffer.from, () => null);
  }
  return Promise.resolve(null);
}
