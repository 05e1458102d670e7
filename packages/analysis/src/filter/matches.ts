import { type AuditEntry, isSystemEvent } from "@openrouter-audit/core";
import { isCallEvent } from "../entries/is-call.ts";
import { microsecondsOf } from "../entries/time-text.ts";
import type { CheckedFilter } from "./check-filter.ts";
import type { Alternative, MemberTest } from "./condition.ts";
import type { Member } from "./member.ts";

/**
 * Whether an entry is one of those that a filter wants. Nobody has verified it: any member may be anything, and what is not of the type
 * of a column is nothing that a condition can name, and yet not null.
 */
export function matcherOf({
  since,
  until,
  system,
  calls,
  tests,
}: CheckedFilter): (entry: AuditEntry) => boolean {
  const from = since && microsecondsOf(since.toISOString());
  const to = until && microsecondsOf(until.toISOString());
  return (entry) => {
    if (!system && isSystemEvent(entry.event_type)) return false;
    if (calls && !isCallEvent(entry.event_type)) return false;
    if (from !== null || to !== null) {
      const time = microsecondsOf(entry.timestamp);
      if (time === null || (from !== null && time < from) || (to !== null && time >= to)) return false;
    }
    return tests.every((test) => holds(test, entry));
  };
}

function holds({ member, not, anyOf }: MemberTest, entry: AuditEntry): boolean {
  const value = valueAt(entry, member.path);
  const values = member.type === "any" && Array.isArray(value) ? value : [value];
  return values.some((each) => anyOf.some((one) => isSuch(each, one, member))) !== not;
}

/** What stands at the end of a path; undefined when nothing does. */
export function valueAt(entry: object, path: readonly string[]): unknown {
  let value: unknown = entry;
  for (const name of path) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject || !Object.hasOwn(value as object, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function isSuch(value: unknown, one: Alternative, { type }: Member): boolean {
  if (one.is === "null") return value === null || value === undefined;
  if (type === "integer" && !Number.isInteger(value)) return false;
  if (one.is === "range") return isWithin(type === "time" ? microsecondsOf(value) : value, one.min, one.max);
  if (type === "text" || type === "any") {
    const text = textOf(value);
    if (text === null) return false;
    return one.is === "prefix" ? text.startsWith(one.text) : text === one.value;
  }
  if (one.is === "prefix") return false;
  return (type === "time" ? microsecondsOf(value) : value) === one.value;
}

function isWithin(value: unknown, min: number | string | null, max: number | string | null): boolean {
  const kind = typeof (min ?? max);
  if (typeof value !== kind) return false;
  return (min === null || (value as typeof min) >= min) && (max === null || (value as typeof max) <= max);
}

/** A number as a text, where it has only one: in larger and smaller ones engines differ. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") return null;
  const text = String(value);
  return text.includes("e") ? null : text;
}
