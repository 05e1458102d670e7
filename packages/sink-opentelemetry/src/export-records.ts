import type { AuditEntry, RejectedEntry } from "@openrouter-audit/core";
import { context, createContextKey, type HrTime } from "@opentelemetry/api";
import type { EntryRecord } from "./log-record.ts";
import { type ExportedRecord, PartialSuccess, type RecordExporter } from "./record-exporter.ts";
import { unlessStopped } from "./unless-stopped.ts";

/** As the SDK's own processors do it: an export is no part of the application's traces. */
const suppressTracing = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

export interface IdentifiedRecord {
  readonly id: string;
  readonly record: ExportedRecord;
}

/**
 * Exports records, and finds out which of them the place will never take: it tells only how many. Halves are sent again until
 * that is clear; what was taken arrives several times, with one `openrouter_audit.id`.
 */
export async function exportRecords(
  exporter: RecordExporter,
  records: readonly IdentifiedRecord[],
  signal: AbortSignal,
): Promise<RejectedEntry[]> {
  const partial = await partialSuccess(exporter, records, signal);
  if (partial === null) return [];
  if (records.length <= partial.rejectedLogRecords)
    return records.map(({ id }) => ({ id, reason: partial.message }));
  const middle = Math.ceil(records.length / 2);
  const first = await exportRecords(exporter, records.slice(0, middle), signal);
  // All that were rejected are in this half: the other has been taken.
  if (first.length >= partial.rejectedLogRecords) return first;
  return [...first, ...(await exportRecords(exporter, records.slice(middle), signal))];
}

/** Says that a place has no room now, not that a record is bad: nothing is set aside for that. */
const isForNow = /\bquota|rate.?limit|throttl|too many requests|overload|unavailable/i;

async function partialSuccess(
  exporter: RecordExporter,
  records: readonly IdentifiedRecord[],
  signal: AbortSignal,
): Promise<PartialSuccess | null> {
  const exporting = new Promise<void>((resolve, reject) => {
    context.with(context.active().setValue(suppressTracing, true), () =>
      exporter.export(
        records.map(({ record }) => record),
        ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error("the exporter gave no reason")),
        signal,
      ),
    );
  });
  try {
    await unlessStopped(exporting, signal);
    return null;
  } catch (error) {
    if (error instanceof PartialSuccess && !isForNow.test(error.message)) return error;
    throw error;
  }
}

/** Makes records for an exporter. Those of one process have one resource, by which exporters group them. */
export function exportedRecords(
  shared: Pick<ExportedRecord, "resource" | "instrumentationScope">,
): (entry: AuditEntry, record: EntryRecord) => ExportedRecord {
  const { instrumentationScope } = shared;
  const resources = new Map<string, ExportedRecord["resource"]>();
  return ({ service }, { timestamp, observedTimestamp, spanContext, ...record }) => {
    const key = JSON.stringify(service);
    if (resources.size > mostResources) resources.clear();
    const resource = resources.get(key) ?? {
      attributes: { ...shared.resource.attributes, ...serviceAttributes(service) },
    };
    resources.set(key, resource);
    return {
      ...record,
      hrTime: hrTime(timestamp),
      hrTimeObserved: hrTime(observedTimestamp),
      ...(spanContext && { spanContext }),
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
    };
  };
}

const mostResources = 1000;

function serviceAttributes(service: AuditEntry["service"] | undefined) {
  return {
    ...(service?.name && { "service.name": service.name }),
    ...(service?.version && { "service.version": service.version }),
    ...(service?.instance && { "service.instance.id": service.instance }),
  };
}

const hrTime = (ms: number): HrTime => [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
