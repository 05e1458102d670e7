import type { AuditEntry } from "../entry/entry.ts";
import { isSystemEvent, startEvent } from "../entry/event-kind.ts";

/** In the words of syslog: https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1 */
export type Severity = "info" | "notice" | "warning" | "error" | "critical" | "alert";

/** Of these types, whatever their status says: of a start, how it ends is said later. */
const ofType: ReadonlyMap<unknown, Severity> = new Map([
  [startEvent, "info"],
  ["audit.heartbeat", "info"],
  ["call_refused", "warning"],
  // What a log will always miss must wake somebody; a failed call need not.
  ["audit.gap", "critical"],
]);
const ofStatus: ReadonlyMap<unknown, Severity> = new Map([
  ["success", "info"],
  ["aborted", "notice"],
  ["unknown", "warning"],
  ["error", "error"],
]);

/** How much an entry deserves to be looked at: docs/formats.md, "Severity". Takes any entry and never throws. */
export function severityOf(entry: AuditEntry): Severity {
  if (isContradiction(entry)) return "alert";
  const type: unknown = entry.event_type;
  const byStatus = typeof type === "string" && isSystemEvent(type) ? "notice" : ofStatus.get(entry.status);
  return ofType.get(type) ?? byStatus ?? "warning";
}

/** Whether an entry says that the journal is not what it was when it was anchored. */
export function isContradiction({ event_type, detail }: AuditEntry): boolean {
  if (event_type !== "audit.anchored" || typeof detail !== "object" || detail === null) return false;
  const { contradicted } = detail;
  return Array.isArray(contradicted) && contradicted.length > 0;
}

/** SeverityNumber and SeverityText: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/, "Syslog". */
export const openTelemetrySeverity: Readonly<
  Record<Severity, { readonly number: number; readonly text: string }>
> = {
  info: { number: 9, text: "INFO" },
  notice: { number: 10, text: "INFO2" },
  warning: { number: 13, text: "WARN" },
  error: { number: 17, text: "ERROR" },
  critical: { number: 18, text: "ERROR2" },
  alert: { number: 19, text: "ERROR3" },
};
