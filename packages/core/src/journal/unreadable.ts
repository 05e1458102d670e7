import { AuditError } from "../audit-error.ts";
import { causeInWords } from "../cause-in-words.ts";

/** That a journal, or a file of it, cannot be read. */
export function unreadable(path: string, cause: unknown): AuditError {
  return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${path}: ${causeInWords(cause)}.`, { cause });
}
