import type { AuditEntry } from "@openrouter-audit/core";
import { typeOf } from "../event-kind.ts";
import { type Document, documentsOf, type Fields } from "../fields.ts";
import { severityOf } from "../severity.ts";
import { traceOf } from "../trace-of.ts";
import { code, count, plain, time } from "../value-types.ts";
import { attributeText } from "./attribute-text.ts";
import { type CloudEventsOptions, checkedOptions } from "./options.ts";
import { sourceOf } from "./source-of.ts";

/** What an intermediary must forward: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#size-limits */
const guaranteedBytes = 65_536;

// So that the order of the texts is that of the numbers, up to the largest safe integer.
const sequenceDigits = 16;

/**
 * A format that gives entries as CloudEvents 1.0.2 in the JSON format; `data` is the entry. Which member stands where:
 * docs/formats.md, "CloudEvents".
 *
 * @throws AuditError `INVALID_OPTIONS` for a source that is no URI, and a type that is no words joined by dots
 */
export function cloudEvents(options: CloudEventsOptions = {}): (entry: AuditEntry) => object {
  const { source, type, dataref } = checkedOptions(options);
  const events = documentsOf(attributes(source, type));
  return (entry) => {
    const event = events(entry);
    if (dataref === undefined || bytesOf(event) <= guaranteedBytes) return event;
    const { data: _elsewhere, ...attributesOnly } = event;
    return { ...attributesOnly, dataref: dataref(entry) };
  };
}

/** An entry as a CloudEvent, see {@link cloudEvents}. Takes any entry and never throws. */
export const toCloudEvents: (entry: AuditEntry) => object = cloudEvents();

/** Names of extensions are lower-case letters and digits, at most 20. */
function attributes(source: string, type: string): Fields {
  return {
    specversion: () => "1.0",
    id: ({ id }) => attributeText(id) ?? "unknown",
    source: ({ log }) => sourceOf(log, source),
    type: (entry) => attributeText(`${type}.${typeOf(entry)}.v${code(entry.schema_version) ?? "unknown"}`),
    subject: ({ exchange_id }) => attributeText(exchange_id),
    time: ({ timestamp }) => time(timestamp),
    recordedtime: ({ recorded_at }) => time(recorded_at),
    sequence: ({ seq }) => count(seq)?.toString().padStart(sequenceDigits, "0"),
    partitionkey: ({ log }) => attributeText(log),
    traceparent: (entry) => traceOf(entry).traceparent,
    severitynumber: (entry) => severityOf(entry).otel.number,
    severitytext: (entry) => severityOf(entry).otel.text,
    datacontenttype: () => "application/json",
    data: plain,
  };
}

function bytesOf(event: Document): number {
  return Buffer.byteLength(JSON.stringify(event));
}
