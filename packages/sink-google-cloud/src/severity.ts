import { protos } from "@google-cloud/logging";
import type { AuditEntry } from "@openrouter-audit/core";

const { INFO, NOTICE, WARNING, ERROR, CRITICAL } = protos.google.logging.type.LogSeverity;

/** Of these types, whatever their status says. What a log will always miss must wake somebody; a failed call need not. */
const ofType = new Map([
  ["audit.gap", CRITICAL],
  ["audit.heartbeat", INFO],
  ["call_started", INFO],
  ["call_refused", WARNING],
]);
const ofStatus = new Map<string, number>([
  ["success", INFO],
  ["aborted", NOTICE],
  ["unknown", WARNING],
  ["error", ERROR],
]);

/**
 * How severe an entry is: the table in the README. Never below INFO: what is, is often excluded from storage, and a log is
 * verified with all of its lines.
 */
export function severityOf({ event_type, status }: AuditEntry): number {
  const ofOthers = event_type.startsWith("audit.") ? NOTICE : (ofStatus.get(status) ?? WARNING);
  return ofType.get(event_type) ?? ofOthers;
}
