import type { AuditEntry } from "@openrouter-audit/core";
import {
  severityOf as coreSeverityOf,
  openTelemetrySeverity,
  type Severity,
} from "@openrouter-audit/core/sink";

/** How much an entry deserves to be looked at, in the numbers and words of each format. See docs/formats.md, "Severity". */
export interface FormatSeverity {
  /** OCSF `severity_id` and `severity`; also ECS `event.severity`. */
  readonly id: 1 | 2 | 3 | 4 | 5;
  readonly caption: "Informational" | "Low" | "Medium" | "High" | "Critical";
  /** 0 to 10. */
  readonly cef: number;
  /** ECS `log.level`. */
  readonly level: string;
  /** Of CloudEvents, as OpenTelemetry has them. */
  readonly otel: { readonly number: number; readonly text: string };
}

const informational = { id: 1, caption: "Informational", cef: 1, level: "info" } as const;

const bySeverity: Readonly<Record<Severity, Omit<FormatSeverity, "otel">>> = {
  info: informational,
  notice: informational,
  warning: { id: 2, caption: "Low", cef: 3, level: "warn" },
  error: { id: 3, caption: "Medium", cef: 5, level: "error" },
  critical: { id: 4, caption: "High", cef: 8, level: "error" },
  alert: { id: 5, caption: "Critical", cef: 10, level: "fatal" },
};

export function severityOf(entry: AuditEntry): FormatSeverity {
  const severity = coreSeverityOf(entry);
  return { ...bySeverity[severity], otel: openTelemetrySeverity[severity] };
}
