import { AuditError } from "../audit-error.ts";

/** That a journal which was open cannot be written any more. */
export function journalFailure(directory: string, cause: unknown): AuditError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `Cannot write the audit journal in ${directory}: ${reason}. ` +
      "New calls are refused and entries kept in memory until it can be written again.",
    { cause },
  );
}
