import type { protos } from "@google-cloud/logging";
import { type AuditEntry, type EntryFormat, lineOf, textOf } from "@openrouter-audit/core";
import { severityOf } from "./severity.ts";
import { fieldsWithin, protoValue } from "./struct.ts";
import { cut, partsOf, textIn } from "./text-parts.ts";
import { traceOf } from "./trace.ts";

export type LogEntry = protos.google.logging.v2.ILogEntry;

// Google takes about 256 KiB, by a size of its own; labels, resource and the rest need less than 32 KiB.
const textBytes = 128 << 10;
const memberBytes = 48 << 10;
// A Timestamp of protobuf ends with the year 9999, and a Duration has 315,576,000,000 seconds.
const endOfTime = Date.UTC(10_000, 0);
const longestMs = 315_576_000_000_000;

/**
 * What Google keeps of an entry: one LogEntry, or several that are marked as the parts of one (`split`) when its text is too
 * long. The payload is what the format makes of it; by itself, its members for searches and its exact `line`, from which
 * it is verified.
 */
export function logEntriesOf(entry: AuditEntry, project: string, format?: EntryFormat): LogEntry[] {
  const payloads = payloadsOf(entry, format);
  const about = factsOf(entry, project);
  return payloads.map((payload, index) => {
    const insertId = index === 0 ? entry.id : `${entry.id}.${String(index).padStart(4, "0")}`;
    const split = payloads.length > 1 && { split: { uid: entry.id, index, totalSplits: payloads.length } };
    return { ...about, ...payload, insertId, ...split };
  });
}

function payloadsOf(entry: AuditEntry, format: EntryFormat | undefined): LogEntry[] {
  if (format) {
    const formatted = format(entry);
    if (typeof formatted === "string")
      return partsOf(formatted, textBytes).map((textPayload) => ({ textPayload }));
    const json = JSON.parse(textOf(entry, () => formatted));
    return [{ jsonPayload: { fields: fieldsWithin(memberBytes + textBytes, json) } }];
  }
  const { event_type, status, model, user_id } = entry;
  const message = protoValue(cut([event_type, status, model, user_id].map(textIn).filter(Boolean).join(" ")));
  return partsOf(lineOf(entry), textBytes).map((line, index) => {
    const members = index === 0 ? fieldsWithin(memberBytes, entry) : {};
    return { jsonPayload: { fields: { ...members, message, line: protoValue(line) } } };
  });
}

function factsOf(entry: AuditEntry, project: string): LogEntry {
  const { log, seq, event_type, user_id, call_id } = entry;
  const user = typeof user_id === "string" ? { user_id: cut(user_id) } : {};
  return {
    severity: severityOf(entry),
    timestamp: timestampOf(entry),
    labels: { log: cut(log), seq: String(seq), event_type: cut(event_type), ...user },
    ...traceOf(entry, project),
    ...(typeof call_id === "string" && { operation: { id: cut(call_id), producer: "openrouter-audit" } }),
    ...(typeof entry.method === "string" && { httpRequest: exchangeOf(entry) }),
  };
}

/**
 * When the entry was recorded, so that the lines of a UTC day are those of the file of that day, and what Google takes for
 * the same entry (`timestamp` and `insertId`) is the same line. Below the millisecond, which nobody measured, stands its
 * place among those of the same one: Google orders by this, and the log by `seq`.
 */
function timestampOf({ recorded_at, seq }: AuditEntry) {
  const ms = Date.parse(textIn(recorded_at));
  // Of a forged line it may be no time, or none that Google has: then it is when Google got it.
  if (!(ms >= 0 && ms < endOfTime)) return null;
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 + (seq % 1_000_000) };
}

/** What was asked of OpenRouter, and how that ended. */
function exchangeOf({ method, endpoint, latency_ms, ...entry }: AuditEntry) {
  const ms = measured(latency_ms, longestMs);
  return {
    requestMethod: cut(textIn(method)),
    requestUrl: cut(textIn(endpoint)),
    status: measured(entry.http_status, 999) ?? 0,
    requestSize: measured(entry.request_bytes) ?? 0,
    responseSize: measured(entry.response_bytes) ?? 0,
    latency: ms === null ? null : { seconds: Math.floor(ms / 1000), nanos: Math.floor((ms % 1000) * 1e6) },
  };
}

function measured(value: unknown, most = Number.MAX_SAFE_INTEGER): number | null {
  return typeof value === "number" && value >= 0 && value <= most ? value : null;
}
