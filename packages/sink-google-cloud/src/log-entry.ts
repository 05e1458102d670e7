import type { protos } from "@google-cloud/logging";
import { type AuditEntry, type EntryFormat, lineOf } from "@openrouter-audit/core";
import { severityOf } from "./severity.ts";
import { fieldsWithin, protoValue } from "./struct.ts";
import { cut, partsOf } from "./text-parts.ts";
import { traceOf } from "./trace.ts";

export type LogEntry = protos.google.logging.v2.ILogEntry;

// Google takes about 256 KiB, by a size of its own; labels, resource and the rest need less than 32 KiB.
const textBytes = 128 << 10;
const memberBytes = 48 << 10;

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
  const formatted = format?.(entry);
  if (typeof formatted === "string")
    return partsOf(formatted, textBytes).map((textPayload) => ({ textPayload }));
  if (formatted) {
    const json = JSON.parse(JSON.stringify(formatted));
    return [{ jsonPayload: { fields: fieldsWithin(memberBytes + textBytes, json) } }];
  }
  const { event_type, status, model, user_id } = entry;
  const message = protoValue(cut([event_type, status, model, user_id].filter(Boolean).join(" ")));
  return partsOf(lineOf(entry), textBytes).map((line, index) => {
    const members = index === 0 ? fieldsWithin(memberBytes, entry) : {};
    return { jsonPayload: { fields: { ...members, message, line: protoValue(line) } } };
  });
}

function factsOf(entry: AuditEntry, project: string): LogEntry {
  const { log, seq, event_type, user_id, call_id } = entry;
  const user = user_id == null ? {} : { user_id: cut(user_id) };
  return {
    severity: severityOf(entry),
    timestamp: timestampOf(entry),
    labels: { log: cut(log), seq: String(seq), event_type: cut(event_type), ...user },
    ...traceOf(entry, project),
    ...(call_id != null && { operation: { id: cut(call_id), producer: "openrouter-audit" } }),
    ...(entry.method != null && { httpRequest: exchangeOf(entry) }),
  };
}

/**
 * When the entry was recorded, so that the lines of a UTC day are those of the file of that day, and what Google takes for
 * the same entry (`timestamp` and `insertId`) is the same line. Below the millisecond, which nobody measured, stands its
 * place among those of the same one: Google orders by this, and the log by `seq`.
 */
function timestampOf({ recorded_at, seq }: AuditEntry) {
  const ms = Date.parse(recorded_at);
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 + (seq % 1_000_000) };
}

/** What was asked of OpenRouter, and how that ended. */
function exchangeOf({ method, endpoint, latency_ms: ms, ...entry }: AuditEntry) {
  return {
    requestMethod: cut(method ?? ""),
    requestUrl: cut(endpoint ?? ""),
    status: entry.http_status ?? 0,
    requestSize: entry.request_bytes ?? 0,
    responseSize: entry.response_bytes ?? 0,
    latency: ms == null ? null : { seconds: Math.floor(ms / 1000), nanos: Math.floor((ms % 1000) * 1e6) },
  };
}
