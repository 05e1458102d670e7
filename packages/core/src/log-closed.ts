import { AuditError } from "./audit-error.ts";

/** That something is asked of a log that has ended, or is about to. */
export function logClosed(): AuditError {
  return new AuditError("LOG_CLOSED", "This audit log was closed. Make calls before close().");
}
