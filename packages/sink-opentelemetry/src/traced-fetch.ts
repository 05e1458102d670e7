import { type AuditLog, type AuditScope, type Fetch, markAudited } from "@openrouter-audit/core";
import { traceparentOf } from "@openrouter-audit/core/sink";
import { isSpanContextValid, trace } from "@opentelemetry/api";

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
    const { traceId, spanId: id, traceFlags } = span;
    const traceparent = traceparentOf({ traceId, span: { id, traceFlags } });
    return (audit.scope ?? outside!).with({ traceparent }).fetch(input, init);
  });
}
