import type { AuditEntry } from "../entry/entry.ts";

/** The trace that an entry belongs to and, where the entry names one, the span that its call was made in. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  readonly span: {
    /** 16 lower-case hexadecimal digits, not all zero. */
    readonly id: string;
    /** The flags of the trace, 0 to 255; bit 0 says that it is sampled. */
    readonly traceFlags: number;
  } | null;
}

/** Version 00 of https://www.w3.org/TR/trace-context-1/#traceparent-header; a span that is none is left out of it. */
const header = /^00-(?!0{32})([0-9a-f]{32})-(?:(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$)?/;
const trace = /^(?!0{32})[0-9a-f]{32}$/;

/**
 * That of `metadata.traceparent`, where the traced fetch of `@openrouter-audit/sink-opentelemetry` writes the span of a call; else the
 * trace of the incoming request. Null when the entry names none, whatever stands in their places: it need not be verified.
 */
export function traceContextOf({ metadata, request }: AuditEntry): TraceContext | null {
  const traceparent: unknown = metadata?.traceparent;
  const [, traceId, id, flags] = (typeof traceparent === "string" && header.exec(traceparent)) || [];
  if (traceId) return { traceId, span: id && flags ? { id, traceFlags: Number.parseInt(flags, 16) } : null };
  const incoming: unknown = request?.trace_id;
  return typeof incoming === "string" && trace.test(incoming) ? { traceId: incoming, span: null } : null;
}

/** The header of a span, as {@link traceContextOf} reads it. */
export function traceparentOf({ traceId, span }: TraceContext): string | null {
  return span && `00-${traceId}-${span.id}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}
