import type { AuditEntry } from "@openrouter-audit/core";
import { traceContextOf } from "@openrouter-audit/core/sink";

/** The trace and span that an entry belongs to, as Google names them. */
export function traceOf(entry: AuditEntry, project: string) {
  const context = traceContextOf(entry);
  if (!context) return {};
  const trace = `projects/${project}/traces/${context.traceId}`;
  const { span } = context;
  return span ? { trace, spanId: span.id, traceSampled: (span.traceFlags & 1) === 1 } : { trace };
}
