import { readRequestBody } from "./bodies/request-body.ts";
import type { SentBody } from "./bodies/sent-body.ts";
import { changedOptions } from "./changed-options.ts";
import { headerIn, headersOf } from "./header-in.ts";

/** A request on its way out, and what is known of it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** `x-stainless-retry-count`: openai says which attempt of a call this is; null when nobody counts. */
  readonly retryCount: string | null;
  readonly signal: AbortSignal | null;
  /** What to hand to the real fetch in place of what the caller gave. */
  readonly pass: Parameters<typeof fetch>;
  /** What the body held; null when there is none, or when it can't be read without disturbing it. At once where it can be. */
  readonly body: () => SentBody | null | Promise<SentBody | null>;
  readonly isReadLate: boolean;
  /** Ends the reading of a body of which nobody wants to know any more. */
  readonly letGo?: (() => void) | undefined;
  /** Whether the body can be known before it is sent: of a stream only while it is. */
  readonly isKnownBeforehand: boolean;
}

/** Where a request goes. */
export interface Address {
  readonly url: URL;
  readonly method: string;
}

/** Null for what no HTTP request can be made of (`data:` URLs too): fetch will say why, if it is wrong. */
export function addressOf(input: string | URL | Request, init?: RequestInit): Address | null {
  try {
    const request = requestIn(input);
    const url = new URL(request ? urlOf(request) : String(input));
    if (url.protocol !== "https:" && url.protocol !== "http:") return null;
    return { url, method: String(init?.method ?? request?.method ?? "GET").toUpperCase() };
  } catch {
    return null;
  }
}

/**
 * Reads what a caller hands to fetch: `(url, init)` or one `Request`. A `Request` is cloned before it is sent,
 * because fetch uses its body up.
 */
export function readOutgoing(
  address: Address,
  input: string | URL | Request,
  given: RequestInit | undefined,
  addedHeader: readonly [name: string, value: string] | null,
): OutgoingRequest {
  const request = requestIn(input);
  const headers = given?.headers ?? request?.headers;
  const init = addedHeader ? withHeader(given, headers, addedHeader) : given;
  const contentType = headerIn(headers, "content-type");
  const { sent, inPlace, isReadLate = false, letGo } = readRequestBody(init?.body, request, contentType);
  return {
    url: address.url,
    method: address.method,
    retryCount: retryCountIn(headers),
    signal: signalOf(init?.signal === undefined ? request?.signal : init.signal),
    pass: init ? [input, inPlace === undefined ? init : changedOptions(init, { body: inPlace })] : [input],
    body: sent,
    isReadLate,
    letGo,
    isKnownBeforehand: inPlace === undefined,
  };
}

/** A `Request` of any realm or library. Of anything else that has a `url` fetch takes the text. */
function requestIn(input: string | URL | Request): Request | null {
  const isRequest = input instanceof Request || Object.prototype.toString.call(input) === "[object Request]";
  return isRequest ? (input as Request) : null;
}

/** Where fetch sends it, whatever a subclass says. */
function urlOf(request: Request): string {
  const { url } = request;
  return request instanceof Request ? Reflect.get(Request.prototype, "url", request) : url;
}

/** Null for what is none: fetch will say so. */
function signalOf(given: AbortSignal | null | undefined): AbortSignal | null {
  return typeof given?.removeEventListener === "function" ? given : null;
}

/** LangChain repeats the calls of an openai client whose own retries it switched off: that client says 0 each time. */
function retryCountIn(headers: RequestInit["headers"]): string | null {
  if (headerIn(headers, "user-agent")?.startsWith("langchainjs-")) return null;
  return headerIn(headers, "x-stainless-retry-count");
}

function withHeader(
  init: RequestInit | undefined,
  headers: RequestInit["headers"],
  [name, value]: readonly [string, string],
): RequestInit | undefined {
  // Fetch refuses null.
  const all = init?.headers === null ? null : headersOf(headers);
  if (!all || all.has(name)) return init;
  const more = new Headers(all);
  more.set(name, value);
  return changedOptions(init ?? {}, { headers: more });
}
