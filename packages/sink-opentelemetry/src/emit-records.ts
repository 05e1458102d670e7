import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import type { LogRecord } from "@opentelemetry/api-logs";
import { library } from "./library.ts";
import type { EntryRecord } from "./log-record.ts";
import type { FlushingLoggerProvider } from "./sink-options.ts";
import { unlessStopped } from "./unless-stopped.ts";

/**
 * Hands records to a provider, and flushes it.
 *
 * @throws Error when the provider says that it would drop one, before any is handed over; what its flush rejects with
 */
export async function emitRecords(
  provider: FlushingLoggerProvider,
  records: readonly EntryRecord[],
  { schemaUrl, signal }: { readonly schemaUrl: string; readonly signal: AbortSignal },
): Promise<void> {
  const logger = provider.getLogger(library.name, library.version, { schemaUrl });
  const emitted = records.map(({ spanContext, ...record }): LogRecord => {
    // Not the active context: that is whatever delivery happens to run in.
    const context = spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
    return { ...record, context };
  });
  for (const { severityNumber, eventName, context } of emitted) {
    const asked = { severityNumber: severityNumber!, eventName: eventName!, context: context! };
    if (logger.enabled?.(asked) === false) throw new Error(dropping);
  }
  for (const record of emitted) logger.emit(record);
  await unlessStopped(Promise.resolve(provider.forceFlush?.()), signal);
}

const dropping =
  "it drops records: it was shut down, has no processor, or its configuration turns this logger, this severity or " +
  "records of unsampled spans off";
