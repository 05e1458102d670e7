import type { AuditEntry } from "@openrouter-audit/core";
import { traceContextOf, traceparentOf } from "@openrouter-audit/core/sink";

/** The trace and, where the entry names one, the span that a call was made in; `traceparent` as W3C Trace Context writes both. */
export function traceOf(entry: AuditEntry) {
  const context = traceContextOf(entry);
  return {
    traceId: context?.traceId,
    spanId: context?.span?.id,
    traceparent: (context && traceparentOf(context)) ?? undefined,
  };
}
