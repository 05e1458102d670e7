import { protos } from "@google-cloud/logging";
import type { AuditEntry } from "@openrouter-audit/core";

const { LogSeverity } = protos.google.logging.type;

/** Of these types, whatever their status says. What is missing in a log for ever must wake somebody: an error of a call need not. */
const ofType: { readonly [eventType: string]: number } = {
  "audit.gap": LogSeverity.CRITICAL,
  "audit.heartbeat": LogSeverity.INFO,
  call_started: LogSeverity.INFO,
  call_refused: LogSeverity.WARNING,
};

const ofStatus: { readonly [status: string]: number } = {
  success: LogSeverity.INFO,
  aborted: LogSeverity.NOTICE,
  unknown: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/**
 * How severe an entry is: the table in the README. Never below INFO: what is, is often excluded from storage, and a log is
 * verified with all of its lines.
 */
export function severityOf({ event_type, status }: AuditEntry): number {
  if (Object.hasOwn(ofType, event_type)) return ofType[event_type]!;
  if (event_type.startsWith("audit.")) return LogSeverity.NOTICE;
  return ofStatus[status] ?? LogSeverity.WARNING;
}
