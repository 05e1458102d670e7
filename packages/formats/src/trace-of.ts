import type { AuditEntry } from "@openrouter-audit/core";
import { text } from "./value-types.ts";

/** The trace and, where the entry names one, the span that a call was made in. */
export interface TraceOf {
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** As W3C Trace Context writes it. */
  readonly traceparent?: string | undefined;
}

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * That of `metadata.traceparent`, where the traced fetch of the OpenTelemetry sink writes the span of a call; else the trace of the
 * incoming request.
 */
export function traceOf({ metadata, request }: AuditEntry): TraceOf {
  const traceparent = text(metadata?.traceparent);
  const [, traceId, spanId] = form.exec(traceparent ?? "") ?? [];
  return traceId === undefined ? { traceId: text(request?.trace_id) } : { traceId, spanId, traceparent };
}
