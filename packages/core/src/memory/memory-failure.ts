import { AuditError } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";

/** Why nothing can be recorded, and since when (RFC 3339). */
export interface MemoryFailure {
  readonly error: AuditError;
  readonly since: string;
}

/** That more waits for the sinks than may. */
export function busy({ entries, bytes }: { readonly entries: number; readonly bytes: number }): AuditError {
  return new AuditError(
    "JOURNAL_BUSY",
    'Entries come faster than the sinks take them: what waits in memory has reached the option "buffer" ' +
      `(${entries} entries, ${bytes} bytes). Nothing new is taken until every sink has half of it. Try again then.`,
  );
}

/** That the root key did not certify the log. */
export function unbegun(cause: unknown): AuditError {
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `Cannot begin the audit log: ${causeInWords(cause)}. Until the root key certifies it, entries are kept in memory as far as ` +
      'there is room, and new calls are refused (unless onFailure is "continue").',
    { cause },
  );
}

/** That a log was closed that could not begin. */
export function unclosed({ cause }: AuditError, entries: number): AuditError {
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `The audit log could not begin before it was closed: ${causeInWords(cause)}. ${entries} entries that were kept in memory ` +
      "are lost.",
    { cause },
  );
}
