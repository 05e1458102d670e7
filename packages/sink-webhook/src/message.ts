import { createHash } from "node:crypto";
import { type AuditEntry, type EntryFormat, lineOf, textOf } from "@openrouter-audit/core";

/** One batch as it is sent. */
export interface Message {
  /** The same for the same entries, whenever and by whatever process they are sent. */
  readonly id: string;
  readonly text: string;
  readonly bytes: number;
}

/** Makes the message of a batch. Each entry is in it byte for byte as in the journal, unless there is a format. */
export function messageOf(batch: readonly AuditEntry[], format: EntryFormat | undefined): Message {
  const parts = batch.map((entry) => (format ? jsonOf(entry, format) : lineOf(entry)));
  // Not the time of sending: then a repeated batch would have another id. Of a forged line it may be missing.
  const timestamp = JSON.stringify(batch.at(-1)!.recorded_at ?? null);
  const text = `{"type":"openrouter_audit.entries","timestamp":${timestamp},"data":[${parts.join(",")}]}`;
  const digest = createHash("sha256").update(text).digest("base64url");
  return { id: `msg_${digest}`, text, bytes: Buffer.byteLength(text) };
}

function jsonOf(entry: AuditEntry, format: EntryFormat): string {
  const formatted = format(entry);
  return typeof formatted === "string" ? JSON.stringify(formatted) : textOf(entry, () => formatted);
}
