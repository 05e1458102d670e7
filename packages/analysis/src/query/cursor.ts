import { AuditError } from "@openrouter-audit/core";
import type { EntryColumn } from "../entries/columns.ts";
import { microsecondsOf } from "../entries/time-text.ts";
import type { Order, OrderKey } from "./order.ts";

const version = 1;

/** Where a page ended, as a text that says nothing to a person: the place of its last entry, so that it holds while the log grows. */
export function cursorOf({ name }: Order, { value, day, recorded, log, seq, id }: OrderKey): string {
  return Buffer.from(JSON.stringify([version, name, value, day, recorded, log, seq, id])).toString(
    "base64url",
  );
}

/** @throws AuditError `INVALID_OPTIONS` when it is none, or one of another order */
export function keyOfCursor(order: Order, cursor: string): OrderKey {
  const [found, name, value, day, recorded, log, seq, id] = partsOf(cursor);
  if (found !== version) throw unknownCursor();
  if (name !== order.name)
    throw new AuditError(
      "INVALID_OPTIONS",
      `The cursor is one of the order ${JSON.stringify(name)}, and not of ${JSON.stringify(order.name)}: ask in the order that it came from.`,
    );
  const isWhole =
    isValue(order, value) &&
    typeof day === "string" &&
    /^\d{4}-\d{2}-\d{2}$/.test(day) &&
    (recorded === null || isTime(recorded)) &&
    isText(log) &&
    typeof seq === "string" &&
    /^\d{1,18}$/.test(seq) &&
    isText(id);
  if (!isWhole) throw unknownCursor();
  return { value, day, recorded, log, seq, id };
}

function unknownCursor(): AuditError {
  return new AuditError(
    "INVALID_OPTIONS",
    "The cursor is none that was given out: take the `next` of a page as it is, or begin without one.",
  );
}

function partsOf(cursor: string): readonly unknown[] {
  // Buffer passes over what is no base64.
  if (typeof cursor !== "string" || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw unknownCursor();
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parts) && parts.length === 8) return parts;
  } catch {
    // No JSON.
  }
  throw unknownCursor();
}

/** As engines write it. What is no time an engine would refuse in its own words. */
function isTime(value: unknown): value is string {
  return typeof value === "string" && microsecondsOf(`${value.replace(" ", "T")}Z`) !== null;
}

/** Half a character is in no column. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Cs}/u.test(value);
}

function isValue({ column, byDay }: Order, value: unknown): value is OrderKey["value"] {
  if (value === null) return true;
  return !byDay && isOfType(column, value);
}

function isOfType({ type }: EntryColumn, value: unknown): boolean {
  if (type === "boolean") return typeof value === "boolean";
  if (type === "number") return typeof value === "number" && Number.isFinite(value);
  if (type === "integer") return typeof value === "string" && /^-?\d{1,18}$/.test(value);
  return type === "time" ? isTime(value) : isText(value);
}
