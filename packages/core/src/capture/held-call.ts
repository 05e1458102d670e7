import { types } from "node:util";
import type { Fetch } from "../fetch.ts";
import { isFormData } from "./bodies/is-form-data.ts";
import { changedOptions } from "./changed-options.ts";

type GivenHeaders = NonNullable<RequestInit["headers"]>;
type GivenBody = NonNullable<RequestInit["body"]>;

/**
 * A call as it is at this moment. Fetch looks at what it is given at once; where somebody is asked first, the caller could
 * change it meanwhile, and what is sent would not be what was admitted and recorded.
 */
export function heldCall(input: string | URL | Request, init: RequestInit | undefined): Parameters<Fetch> {
  const body = init?.body ?? null;
  const held = input instanceof URL ? new URL(input) : input;
  if (!init) return [heldRequest(held)];
  // For fetch to refuse.
  if (Object(init) !== init) return [held, init];
  const changes: RequestInit = {};
  if (body !== null) changes.body = heldBody(body);
  if (init.headers) changes.headers = heldHeaders(init.headers);
  const options = changedOptions(init, changes);
  return [body === null ? heldRequest(held) : held, options];
}

/** Its body is spoken for from now on, as it is when fetch has it. */
function heldRequest(input: string | URL | Request): string | URL | Request {
  return input instanceof Request ? new Request(input) : input;
}

function heldHeaders(headers: GivenHeaders): GivenHeaders {
  if (headers instanceof Headers) return new Headers(headers);
  if (Array.isArray(headers)) return headers.map((pair) => [...pair] as [string, string]);
  const isPlain = typeof headers === "object" && !(Symbol.iterator in headers);
  return isPlain ? { ...(headers as Record<string, string>) } : headers;
}

function heldBody(body: GivenBody): GivenBody {
  if (types.isArrayBuffer(body)) return isForFetch(body) ? body : body.slice(0);
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body;
    return isForFetch(buffer) ? body : new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
  }
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (!isFormData(body)) return body;
  const isOurs: boolean = body instanceof FormData;
  // Another library's fetch may know none but its own.
  const form = isOurs ? new FormData() : new (body.constructor as typeof FormData)();
  for (const [name, value] of body) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

/**
 * What to fetch is not as other memory: shared, of a size that may change, or transferred away (of no bytes, and without a copy).
 * Some versions of it refuse that; of a copy they could not tell.
 */
function isForFetch(buffer: ArrayBufferLike): boolean {
  const { resizable = false } = buffer as { resizable?: boolean };
  return types.isSharedArrayBuffer(buffer) || resizable || buffer.byteLength === 0;
}
