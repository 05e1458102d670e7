import { type AuditSink, EntriesRejected } from "@openrouter-audit/core";
import { checkOptions, unlessAborted } from "@openrouter-audit/core/sink";
import { callMetrics } from "./call-metrics.ts";
import { toProvider } from "./emit-records.ts";
import { explain } from "./explain.ts";
import { toExporter } from "./export-records.ts";
import { recordOf } from "./log-record.ts";
import { type OpenTelemetrySinkOptions, optionRules } from "./options.ts";

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
  checkOptions("openTelemetrySink", options, optionRules, [["exporter", "loggerProvider"]]);
  const { exporter, loggerProvider, resource, meterProvider, format } = options;
  const { name = "opentelemetry", semanticConventions: version = "1.45" } = options;
  const deliver = exporter ? toExporter(exporter, version, resource) : toProvider(loggerProvider!, version);
  const count = meterProvider && callMetrics(meterProvider, version);
  return {
    name,
    limits,
    async write(batch, { signal }) {
      signal.throwIfAborted();
      const records = batch.map((entry) => recordOf(entry, version, format));
      const rejected = await unlessAborted(deliver(records, signal), signal, (error) =>
        explain(error, exporter ? "exporter" : "logger provider"),
      );
      count?.(batch);
      if (rejected.length > 0) throw new EntriesRejected(rejected);
    },
  };
}
