import { protos } from "@google-cloud/logging";
import type { LogEntry, WriteRequest } from "./service.ts";

const { LogEntry: LogEntryType, WriteLogEntriesRequest } = protos.google.logging.v2;
const kib = 1024;

/** As of https://cloud.google.com/logging/quotas. An entry counts more there than its bytes on the wire: a tenth, here. */
const limits = { entryBytes: 256 * kib, requestBytes: 10_000_000, labels: 64, key: 512, value: 64 * kib };

export const bytesOf = (entry: LogEntry) => LogEntryType.encode(entry).len;
export const requestBytesOf = (request: WriteRequest) => WriteLogEntriesRequest.encode(request).len;

/** Why a request is refused as a whole, or null. */
export function requestFault(request: WriteRequest): string | null {
  const bytes = requestBytesOf(request);
  if (bytes > limits.requestBytes)
    return `Request payload size exceeds the limit: ${limits.requestBytes} bytes.`;
  return request.entries?.length ? null : "A log entry is required.";
}

/** An entry with what the request says of all of them. */
export function completed(entry: LogEntry, { logName, resource, labels }: WriteRequest): LogEntry {
  return {
    ...entry,
    logName: entry.logName || logName || "",
    ...((entry.resource ?? resource) && { resource: entry.resource ?? resource! }),
    labels: { ...labels, ...entry.labels },
  };
}

const resourceTypes = ["global", "k8s_container", "cloud_run_revision", "gce_instance", "generic_task"];

/** Why an entry is refused, or null. */
export function entryFault(entry: LogEntry, now: number): string | null {
  const { logName = "", resource, labels, timestamp } = entry;
  const [, id] = /^projects\/[^/]+\/logs\/([^/]+)$/.exec(logName!) ?? [];
  if (!id || !/^[A-Za-z0-9/_.-]{1,511}$/.test(decodeURIComponent(id))) return `Invalid log name: ${logName}`;
  if (!resource) return "A monitored resource must be specified for each log entry.";
  if (!resourceTypes.includes(resource.type ?? "")) return `Unknown resource type: ${resource.type}`;
  if (Object.keys(labels ?? {}).length > limits.labels) return "Log entry has too many labels (limit 64).";
  const size = bytesOf(entry) * 1.1;
  if (size > limits.entryBytes)
    return `Log entry with size ${(size / kib).toFixed(1)}K exceeds maximum size of 256.0K`;
  if (Number(timestamp?.seconds ?? 0) * 1000 > now + 86_400_000)
    return "Log entry timestamp is more than 24 hours in the future.";
  return null;
}

/** Labels as Google keeps them: cut, and nobody is told. */
export function withCutLabels(entry: LogEntry): LogEntry {
  const short = (text: string, bytes: number) =>
    Buffer.byteLength(text) <= bytes ? text : `${Buffer.from(text).toString("utf8", 0, bytes - 3)}…`;
  const labels = Object.entries(entry.labels ?? {}).map(([key, value]) => [
    short(key, limits.key),
    short(value, limits.value),
  ]);
  return { ...entry, labels: Object.fromEntries(labels) };
}
