import {
  type AuditEntry,
  type EntryFormat,
  lineOf,
  type RejectedEntry,
  textOf,
} from "@openrouter-audit/core";
import { openTelemetrySeverity, severityOf, traceContextOf } from "@openrouter-audit/core/sink";
import type { SpanContext } from "@opentelemetry/api";
import type { LogAttributes, LogBody } from "@opentelemetry/api-logs";
import { genAiAttributes, genAiEvent, type SemanticConventions } from "./semantic-conventions.ts";

/** An entry as a log record, whichever way it goes from here. */
export interface EntryRecord {
  readonly entry: AuditEntry;
  /** Milliseconds since 1970, as `observedTimestamp`. */
  readonly timestamp: number;
  readonly observedTimestamp: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: LogBody;
  readonly attributes: LogAttributes;
  readonly spanContext: SpanContext | null;
}

/** Brings records to a place. Resolves with those that it will never take, when all others have been taken. */
export type Deliver = (
  records: readonly EntryRecord[],
  signal: AbortSignal,
) => Promise<readonly RejectedEntry[]>;

export function recordOf(
  entry: AuditEntry,
  version: SemanticConventions,
  format: EntryFormat = lineOf,
): EntryRecord {
  const { number: severityNumber, text: severityText } = openTelemetrySeverity[severityOf(entry)];
  const formatted = format(entry);
  const observedTimestamp = timeIn(entry.recorded_at) ?? 0;
  return {
    entry,
    timestamp: timeIn(entry.timestamp) ?? observedTimestamp,
    observedTimestamp,
    severityNumber,
    severityText,
    eventName: genAiEvent(entry) ?? `${prefix}${entry.event_type}`,
    // As JSON has it: an object may hold what a record cannot.
    body: typeof formatted === "string" ? formatted : JSON.parse(textOf(entry, () => formatted)),
    attributes: { ...genAiAttributes(entry, version), ...ownAttributes(entry) },
    spanContext: spanContextOf(entry),
  };
}

// A record has nanoseconds since 1970 in 64 bits.
const endOfTime = Date.UTC(2554, 0);

/** Nobody has verified the line: it may be no time, or none that a record can have. */
function timeIn(value: unknown): number | null {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return ms >= 0 && ms < endOfTime ? ms : null;
}

/** What all names of the entry's own members begin with. */
export const prefix = "openrouter_audit.";

/** The span of an entry. Of one that names its trace alone, `spanId` is empty: the data model of logs allows that. */
function spanContextOf(entry: AuditEntry): SpanContext | null {
  const context = traceContextOf(entry);
  const { id: spanId, traceFlags } = context?.span ?? { id: "", traceFlags: 0 };
  return context && { traceId: context.traceId, spanId, traceFlags };
}

/** Of these members, what they hold is told one by one; all other lists and objects are in the body alone. */
const opened = new Set(["attribution", "request", "service"]);
/** Of use only in the line. */
const sealed = new Set(["chain_hash", "signature"]);

function ownAttributes(entry: object, names = prefix): LogAttributes {
  const attributes: LogAttributes = {};
  for (const [name, value] of Object.entries(entry)) {
    if (value === null || sealed.has(name)) continue;
    if (typeof value !== "object") attributes[names + name] = value;
    else if (names === prefix && opened.has(name))
      Object.assign(attributes, ownAttributes(value, `${names}${name}.`));
  }
  return attributes;
}
