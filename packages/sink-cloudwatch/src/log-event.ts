import { type AuditEntry, type EntryFormat, textOf } from "@openrouter-audit/core";
import { callLimits } from "./call-limits.ts";
import { pointerTo } from "./pointer.ts";

/** An entry as CloudWatch is given it. */
export interface LogEvent {
  readonly entry: AuditEntry;
  /** In milliseconds: when the entry was sealed, which goes with `seq` but where the clock was set back. */
  readonly timestamp: number;
  readonly message: string;
  /** What it counts in a call. */
  readonly bytes: number;
}

/** The event of an entry; one that would be larger than `most` has a pointer. Or why CloudWatch will never take it. */
export function logEventOf(
  entry: AuditEntry,
  format?: EntryFormat,
  most: number = callLimits.bytes,
): LogEvent | string {
  // Nobody has verified the line: anything may stand there.
  const timestamp = typeof entry.recorded_at === "string" ? Date.parse(entry.recorded_at) : Number.NaN;
  if (!(timestamp >= 0)) return "its recorded_at is no time that CloudWatch knows";
  const sizeOf = (message: string) => Buffer.byteLength(message) + callLimits.overheadBytes;
  // A lone surrogate would be counted as something else than what is sent.
  const text = textOf(entry, format).toWellFormed();
  if (text === "") return "the format made an empty text of it, and CloudWatch takes none";
  const message = sizeOf(text) > most ? pointerTo(entry, sizeOf(text)) : text;
  const bytes = sizeOf(message);
  return bytes > most
    ? `it is too large, and so is a pointer to it: ${bytes} bytes`
    : { entry, timestamp, message, bytes };
}
