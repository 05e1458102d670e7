import {
  type AuditEntry,
  type AuditLog,
  type AuditScope,
  type Fetch,
  markAudited,
} from "@openrouter-audit/core";
import {
  isSpanContextValid,
  isValidSpanId,
  isValidTraceId,
  type SpanContext,
  trace,
} from "@opentelemetry/api";

/**
 * An audited fetch whose entries name the span they were made in, so that the record of an entry and its span find each
 * other: the W3C `traceparent` of the span that is active when a call is made stands in the metadata of its entry. Everything
 * else is as with `audit.fetch`.
 */
export function tracedFetch(audit: AuditLog): Fetch {
  /** One for all calls outside of any scope: an attempt is found by its scope. */
  let outside: AuditScope | null = null;
  return markAudited((input, init) => {
    const span = trace.getActiveSpan()?.spanContext();
    if (!span || !isSpanContextValid(span)) return audit.fetch(input, init);
    if (!audit.scope) outside ??= audit.newScope({});
    const flags = span.traceFlags.toString(16).padStart(2, "0");
    const metadata = { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
    return (audit.scope ?? outside!).with(metadata).fetch(input, init);
  });
}

/**
 * The span of an entry: `metadata.traceparent`; without a span there its trace alone, or that of the incoming request, with an
 * empty `spanId` (the data model of logs allows that). Null when the entry names no trace.
 */
export function traceContextOf({ metadata, request }: AuditEntry): SpanContext | null {
  const [, own = "", spanId = "", flags = ""] = String(metadata?.traceparent).split("-");
  const traceId = isValidTraceId(own) ? own : request?.trace_id;
  if (!traceId || !isValidTraceId(traceId)) return null;
  return traceId === own && isValidSpanId(spanId) && /^[0-9a-f]{2}$/.test(flags)
    ? { traceId, spanId, traceFlags: Number.parseInt(flags, 16) }
    : { traceId, spanId: "", traceFlags: 0 };
}
