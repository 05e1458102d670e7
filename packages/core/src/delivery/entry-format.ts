import type { AuditEntry } from "../entry/entry.ts";
import { lineOf } from "../seal/line-of.ts";

/**
 * What a sink keeps of an entry in place of its line: a text, or an object whose JSON is kept. Must not throw, and of the
 * same entry must always be the same. What is kept of a format can be verified only when the line can be made from it again.
 */
export type EntryFormat = (entry: AuditEntry) => string | object;

/**
 * What is kept of an entry, as text without LF at its end.
 *
 * @default format the exact line of the journal, see {@link lineOf}
 * @throws TypeError when the format makes neither a text nor an object with a JSON form of it: nothing would be kept
 */
export function textOf(entry: AuditEntry, format: EntryFormat = lineOf): string {
  const formatted: unknown = format(entry);
  if (typeof formatted === "string") return formatted;
  const json: string | undefined = JSON.stringify(formatted);
  if (!/^[{[]/.test(json ?? ""))
    throw new TypeError(`The format made no text and no object of an entry, but ${json}`);
  return json!;
}
