import { types } from "node:util";

/** What may differ between two runs of the same: ids that are made up, and the clock. */
const madeUp =
  /\b(gen(-[a-z]+)?-\d+-[A-Za-z0-9]{20}|(resp|msg|rs|fc|job|batch|or_file)[_-][A-Za-z0-9_-]{6,}|aitxt-[A-Za-z0-9]{24})\b/g;
const volatileHeaders = ["date", "x-ratelimit-reset", "content-length"];
const deepest = 8;

/**
 * What an application sees, in a form that can be compared: errors with their class, message and all they carry, bytes,
 * headers, responses, without the ids and times that no two runs have in common.
 */
export function asSeen(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replaceAll(madeUp, "<id>");
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value ?? null;
  if (depth > deepest) return "<deep>";
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value))
    return {
      bytes: asSeen(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1")),
    };
  if (isHeaders(value))
    return asSeen(
      [...value].filter(([name]) => !volatileHeaders.includes(name)),
      depth,
    );
  if (isResponse(value)) {
    const { status, statusText, ok, url, type, redirected, headers, bodyUsed } = value;
    return asSeen({ status, statusText, ok, url, type, redirected, headers, bodyUsed }, depth);
  }
  if (isRequest(value)) return asSeen({ url: value.url, method: value.method }, depth);
  if (Array.isArray(value)) return value.map((item) => asSeen(item, depth + 1));
  return { ...classAndMessage(value), ...membersOf(value, depth) };
}

function membersOf(value: object, depth: number): object {
  const kept = Object.entries(value).filter(([name]) => !volatileHeaders.includes(name));
  const members = kept.map(([name, member]) => [name, asSeen(member, depth + 1)]);
  return Object.fromEntries(members);
}

/** Of errors the things that are not enumerable too. */
function classAndMessage(value: object): object {
  if (!types.isNativeError(value) && !(value instanceof DOMException)) return {};
  const { name, message, cause } = value as Error;
  const className = value.constructor.name;
  return {
    className,
    name,
    message: asSeen(message),
    ...(cause !== undefined && { cause: asSeen(cause, 1) }),
  };
}

// Told by their shape: under jest there are those of two realms.
function isHeaders(value: object): value is Headers {
  return Object.prototype.toString.call(value) === "[object Headers]";
}

function isResponse(value: object): value is Response {
  return Object.prototype.toString.call(value) === "[object Response]";
}

function isRequest(value: object): value is Request {
  return Object.prototype.toString.call(value) === "[object Request]";
}
