import type { AuditEntry } from "../entry/entry.ts";
import { lineOf } from "../seal/line-of.ts";

/**
 * What a sink keeps of an entry in place of its line: a text, or an object whose JSON is kept. Must not throw, and of the
 * same entry must always be the same. What is kept of a format can be verified only when the line can be made from it again.
 */
export type EntryFormat = (entry: AuditEntry) => string | object;

/** What is kept of an entry, as text without LF at its end. @default format the exact line of the journal, see {@link lineOf} */
export function textOf(entry: AuditEntry, format: EntryFormat = lineOf): string {
  const formatted = format(entry);
  return typeof formatted === "string" ? formatted : JSON.stringify(formatted);
}
