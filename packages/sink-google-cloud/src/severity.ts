import { protos } from "@google-cloud/logging";
import type { AuditEntry } from "@openrouter-audit/core";
import { severityOf as coreSeverityOf, type Severity } from "@openrouter-audit/core/sink";

const { INFO, NOTICE, WARNING, ERROR, CRITICAL, ALERT } = protos.google.logging.type.LogSeverity;

const bySeverity: Readonly<Record<Severity, number>> = {
  info: INFO,
  notice: NOTICE,
  warning: WARNING,
  error: ERROR,
  critical: CRITICAL,
  alert: ALERT,
};

/**
 * How severe an entry is: the table in the README. Never below INFO: what is, is often excluded from storage, and a log is
 * verified with all of its lines.
 */
export function severityOf(entry: AuditEntry): number {
  return bySeverity[coreSeverityOf(entry)];
}
