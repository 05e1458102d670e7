import { isIP } from "node:net";

/*
 * A format is given entries that nobody has verified: any member may be anything that JSON can say. A value of another type
 * than the entry format gives it is not there.
 */

/** Text that is not empty, with U+FFFD for lone surrogates. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.toWellFormed() : undefined;
}

/** A whole number of what can be counted. */
export function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** An error code: of OpenRouter's a number, of providers also a word. */
export function code(value: unknown): string | undefined {
  return text(value) ?? number(value)?.toString();
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The milliseconds since 1970 of a time in UTC, of which each is in a year with four digits. */
export function milliseconds(value: unknown): number | undefined {
  if (typeof value !== "string" || !rfc3339.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) || !rfc3339.test(new Date(time).toISOString()) ? undefined : time;
}

/** RFC 3339 in UTC with milliseconds. */
export function time(value: unknown): string | undefined {
  const since1970 = milliseconds(value);
  return since1970 === undefined ? undefined : new Date(since1970).toISOString();
}

/** An IPv4 or IPv6 address. One with a zone is none outside of the host that wrote it. */
export function ip(value: unknown): string | undefined {
  return typeof value === "string" && isIP(value) !== 0 && !value.includes("%") ? value : undefined;
}

export function texts(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(text).filter((item) => item !== undefined);
  return found.length > 0 ? found : undefined;
}

// Ten times what the library writes. Nesting without end would break whoever writes it as JSON.
const deepest = 64;

/** An object or a list with something in it, as {@link plain} gives it. */
export function nested(value: unknown): object | undefined {
  const isNested = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  return isNested ? (plain(value) as object) : undefined;
}

/** A copy that any JSON writer and reader can take: lone surrogates are U+FFFD, and nesting has an end. */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return "[too deep]";
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toWellFormed(), plain(member, depth + 1)]),
  );
}
