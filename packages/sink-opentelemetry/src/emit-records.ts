import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { library } from "./library.ts";
import type { Deliver } from "./log-record.ts";
import type { FlushingLoggerProvider } from "./options.ts";
import { type SemanticConventions, schemaUrl } from "./semantic-conventions.ts";

/**
 * Hands records to a provider, and flushes it. Rejects when the provider says that it would drop one, before any is handed
 * over; and with what its flush rejects with.
 */
export function toProvider(provider: FlushingLoggerProvider, version: SemanticConventions): Deliver {
  return async (records) => {
    const logger = provider.getLogger(library.name, library.version, { schemaUrl: schemaUrl(version) });
    const emitted = records.map(({ entry: _, spanContext, ...record }) => {
      // Not the active context: that is whatever delivery happens to run in.
      const context = spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
      return { ...record, context };
    });
    if (emitted.some((record) => logger.enabled?.(record) === false)) throw new Error(dropping);
    for (const record of emitted) logger.emit(record);
    await provider.forceFlush?.();
    return [];
  };
}

const dropping =
  "it drops records: it was shut down, has no processor, or its configuration turns this logger, this severity or " +
  "records of unsampled spans off";
