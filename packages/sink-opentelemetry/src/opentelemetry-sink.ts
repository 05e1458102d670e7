import { type AuditEntry, type AuditSink, EntriesRejected, type RejectedEntry } from "@openrouter-audit/core";
import { callMetrics } from "./call-metrics.ts";
import { emitRecords } from "./emit-records.ts";
import { explain } from "./explain.ts";
import { exportedRecords, exportRecords } from "./export-records.ts";
import { library } from "./library.ts";
import { recordOf } from "./log-record.ts";
import { schemaUrl } from "./semantic-conventions.ts";
import { checkedOptions, type OpenTelemetrySinkOptions } from "./sink-options.ts";
import { unlessStopped } from "./unless-stopped.ts";

/**
 * A batch fits into a request of 4 MiB, which is what receivers of OTLP by gRPC take: what a record has besides its line is
 * never more than the line and 2 KiB. And into the default batch of the SDK's processors.
 */
const limits = { entries: 512, bytes: 2 << 20, overheadBytes: 2048 } as const;

/**
 * Delivers entries as OpenTelemetry log records, and counts them as GenAI metrics.
 *
 * With `exporter`, a write resolves when the exporter reports that all records arrived. With `loggerProvider`, it resolves
 * when they were handed over: the SDK's processors drop what cannot be sent, and tell nobody.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function openTelemetrySink(options: OpenTelemetrySinkOptions): AuditSink {
  const {
    format,
    meterProvider,
    name = "opentelemetry",
    semanticConventions = "1.45",
  } = checkedOptions(options);
  const setting = { version: semanticConventions, ...(format && { format }) };
  const count = meterProvider && callMetrics(meterProvider, semanticConventions);
  const send = options.exporter ? exporting(options) : providing(options);
  const where = options.exporter ? "exporter" : "logger provider";

  return {
    name,
    limits,
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const records = batch.map((entry) => ({ entry, record: recordOf(entry, setting) }));
      const rejected = await send(records, signal).catch((error) => {
        throw signal.aborted ? signal.reason : explain(error, where);
      });
      count?.(batch);
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
  };
}

type Send = (
  records: readonly { readonly entry: AuditEntry; readonly record: ReturnType<typeof recordOf> }[],
  signal: AbortSignal,
) => Promise<readonly RejectedEntry[]>;

function exporting({
  exporter,
  resource = { attributes: {} },
  semanticConventions = "1.45",
}: OpenTelemetrySinkOptions): Send {
  const scope = { ...library, schemaUrl: schemaUrl(semanticConventions) };
  const exported = exportedRecords({ resource, instrumentationScope: scope });
  return async (records, signal) => {
    await unlessStopped(Promise.resolve(resource.waitForAsyncAttributes?.()), signal);
    const identified = records.map(({ entry, record }) => ({
      id: entry.id,
      record: exported(entry, record),
    }));
    return exportRecords(exporter!, identified, signal);
  };
}

function providing({ loggerProvider, semanticConventions = "1.45" }: OpenTelemetrySinkOptions): Send {
  return async (records, signal) => {
    const setting = { schemaUrl: schemaUrl(semanticConventions), signal };
    await emitRecords(
      loggerProvider!,
      records.map(({ record }) => record),
      setting,
    );
    return [];
  };
}
