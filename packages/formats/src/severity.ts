import type { AuditEntry } from "@openrouter-audit/core";
import { kindOf } from "./event-kind.ts";

/** How much an entry deserves to be looked at, in the numbers and words of each format. See docs/formats.md, "Severity". */
export interface Severity {
  /** OCSF `severity_id` and `severity`; also ECS `event.severity`. */
  readonly id: 1 | 2 | 3 | 4 | 5;
  readonly caption: "Informational" | "Low" | "Medium" | "High" | "Critical";
  /** 0 to 10. */
  readonly cef: number;
  /** The severity number of OpenTelemetry, and its short name. */
  readonly otel: { readonly number: number; readonly text: string };
  /** ECS `log.level`. */
  readonly level: string;
}

const informational: Severity = {
  id: 1,
  caption: "Informational",
  cef: 1,
  otel: { number: 9, text: "INFO" },
  level: "info",
};
const low: Severity = { id: 2, caption: "Low", cef: 3, otel: { number: 13, text: "WARN" }, level: "warn" };
const medium: Severity = {
  id: 3,
  caption: "Medium",
  cef: 5,
  otel: { number: 17, text: "ERROR" },
  level: "error",
};
const high: Severity = {
  id: 4,
  caption: "High",
  cef: 8,
  otel: { number: 18, text: "ERROR2" },
  level: "error",
};
const critical: Severity = {
  id: 5,
  caption: "Critical",
  cef: 10,
  otel: { number: 21, text: "FATAL" },
  level: "fatal",
};

export function severityOf(entry: AuditEntry): Severity {
  if (kindOf(entry) === "contradiction") return critical;
  if (entry.event_type === "audit.gap") return high;
  if (entry.event_type === "call_refused" || entry.status === "error") return medium;
  // How it ended, nobody will know; of a start it is said later.
  if (entry.status === "unknown" && entry.event_type !== "call_started") return low;
  return informational;
}
