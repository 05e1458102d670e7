import type { AuditEntry } from "@openrouter-audit/core";

const traceparent = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * The trace and span that an entry belongs to, as Google names them: those of `metadata.traceparent`, where the traced fetch of
 * the OpenTelemetry sink writes the span of a call; else the trace of the incoming request.
 */
export function traceOf({ metadata, request }: AuditEntry, project: string) {
  const nameOf = (trace: string) => `projects/${project}/traces/${trace}`;
  const [, trace, spanId, flags] = traceparent.exec(String(metadata?.traceparent)) ?? [];
  if (trace)
    return { trace: nameOf(trace), spanId: spanId!, traceSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
  const [incoming] = /^(?!0{32})[0-9a-f]{32}$/.exec(request?.trace_id ?? "") ?? [];
  return incoming ? { trace: nameOf(incoming) } : {};
}
