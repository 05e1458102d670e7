import type { RejectedEntry } from "@openrouter-audit/core";
import { context, createContextKey } from "@opentelemetry/api";
import { exportedRecords } from "./exported-record.ts";
import type { Deliver } from "./log-record.ts";
import type { ResourceAttributes } from "./options.ts";
import { PartialSuccess, type RecordExporter } from "./record-exporter.ts";
import type { SemanticConventions } from "./semantic-conventions.ts";

/** As the SDK's own processors do it: an export is no part of the application's traces. */
const suppressTracing = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
/** Says that a place has no room now, not that a record is bad: nothing is set aside for that. */
const isForNow =
  /\bquota|rate.?limit|throttl|too many requests|overload|unavailable|try again|timed? ?out|temporar|exhausted|queue is full|no space|out of memory|unauthori[sz]ed|denied|forbidden/i;

/**
 * Exports records, and finds out which of them the place will never take: it tells only how many. Halves are sent again until
 * that is clear; what was taken arrives several times then, with one `openrouter_audit.id`.
 */
export function toExporter(
  exporter: RecordExporter,
  version: SemanticConventions,
  resource: ResourceAttributes = { attributes: {} },
): Deliver {
  const exported = exportedRecords(version, resource);

  const deliver: Deliver = async (records, signal) => {
    await resource.waitForAsyncAttributes?.();
    signal.throwIfAborted();
    const exporting = new Promise<void>((resolve, reject) => {
      context.with(context.active().setValue(suppressTracing, true), () =>
        exporter.export(
          exported(records),
          ({ code, error }) => (code === 0 ? resolve() : reject(error ?? new Error("it gave no reason"))),
          signal,
        ),
      );
    });
    const partial = await exporting.then(() => null, partialSuccessOf);
    if (!partial) return [];
    const { rejectedLogRecords, message: reason } = partial;
    if (records.length <= rejectedLogRecords) return records.map(({ entry }) => ({ id: entry.id, reason }));
    const middle = Math.ceil(records.length / 2);
    const first: readonly RejectedEntry[] = await deliver(records.slice(0, middle), signal);
    // When all that were rejected are in this half, the other has been taken.
    if (first.length >= rejectedLogRecords) return first;
    return [...first, ...(await deliver(records.slice(middle), signal))];
  };
  return deliver;
}

function partialSuccessOf(error: unknown): PartialSuccess {
  if (error instanceof PartialSuccess && !isForNow.test(error.message)) return error;
  throw error;
}
