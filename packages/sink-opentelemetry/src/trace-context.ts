import type { AuditEntry, AuditLog, AuditScope, Fetch } from "@openrouter-audit/core";
import { isSpanContextValid, type SpanContext, trace } from "@opentelemetry/api";

/**
 * An audited fetch whose entries name the span they were made in, so that the record of an entry and its span find each
 * other: the W3C `traceparent` of the span that is active when a call is made stands in the metadata of its entry. Everything
 * else is as with `audit.fetch`.
 */
export function tracedFetch(audit: AuditLog): Fetch {
  /** One for all calls outside of any scope: an attempt is found by its scope. */
  let outside: AuditScope | null = null;
  return (input, init) => {
    const span = trace.getActiveSpan()?.spanContext();
    if (!span || !isSpanContextValid(span)) return audit.fetch(input, init);
    if (!audit.scope) outside ??= audit.newScope({});
    const flags = span.traceFlags.toString(16).padStart(2, "0");
    const metadata = { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
    return (audit.scope ?? outside!).with(metadata).fetch(input, init);
  };
}

/**
 * The span of an entry: `metadata.traceparent`, else the trace of the incoming request alone, with an empty `spanId` (the
 * data model of logs allows that). Null when it names neither.
 */
export function traceContextOf({ metadata, request }: AuditEntry): SpanContext | null {
  const [, traceId, spanId, flags] = traceparent.exec(String(metadata?.traceparent)) ?? [];
  if (traceId && spanId && isSpanContextValid({ traceId, spanId, traceFlags: 0 }))
    return { traceId, spanId, traceFlags: Number.parseInt(flags!, 16) };
  const trace = request?.trace_id;
  return trace && isTrace.test(trace) ? { traceId: trace, spanId: "", traceFlags: 0 } : null;
}

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
const isTrace = /^(?!0{32})[0-9a-f]{32}$/;
