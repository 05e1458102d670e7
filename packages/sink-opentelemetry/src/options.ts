import type { EntryFormat } from "@openrouter-audit/core";
import { entryFormat, nameOfSink, type OptionRules, objectWith, oneOf } from "@openrouter-audit/core/sink";
import type { Attributes, MeterProvider } from "@opentelemetry/api";
import type { LoggerProvider } from "@opentelemetry/api-logs";
import type { RecordExporter } from "./record-exporter.ts";
import { type SemanticConventions, versions } from "./semantic-conventions.ts";

/** One of `exporter` and `loggerProvider` must be given. */
export interface OpenTelemetrySinkOptions {
  /**
   * Where the records go, and who says that they arrived: `otlpLogExporter(…)`, or any LogRecordExporter of the SDK. A write
   * resolves when the exporter reports success. It is never shut down.
   */
  readonly exporter?: RecordExporter;
  /**
   * Hands the records to a provider of the application instead, with all its processors. Resolves when it is flushed, which
   * says **nothing about arrival** with the SDK's own processors: see the README. It is never shut down.
   */
  readonly loggerProvider?: FlushingLoggerProvider;
  /**
   * Attributes of the resource, with `exporter`: an SDK's resource, or `{ attributes }`. `service.name`, `service.version`
   * and `service.instance.id` are those of the process that made the entry. @default none besides these
   */
  readonly resource?: ResourceAttributes;
  /** Where `gen_ai.client.operation.duration` and `gen_ai.client.token.usage` go. @default no metrics */
  readonly meterProvider?: MeterProvider;
  /** The version of the conventions whose names are used. @default "1.45" */
  readonly semanticConventions?: SemanticConventions;
  /** The body of a record. @default the exact line of the journal, which can be verified when it is read back */
  readonly format?: EntryFormat;
  /** @default "opentelemetry" */
  readonly name?: string;
}

/** A LoggerProvider; those of the SDK can be flushed. */
export type FlushingLoggerProvider = LoggerProvider & { forceFlush?(): Promise<void> };

export interface ResourceAttributes {
  readonly attributes: Attributes;
  /** Of an SDK's resource with detectors that are not done yet. */
  waitForAsyncAttributes?(): Promise<void>;
}

export const optionRules: OptionRules<OpenTelemetrySinkOptions> = {
  exporter: objectWith("export", "a log record exporter, as otlpLogExporter({ url }) makes one"),
  loggerProvider: objectWith("getLogger", "a logger provider"),
  resource: [
    (value) => typeof (value as { attributes?: unknown } | null)?.attributes === "object",
    "a resource, or { attributes }",
  ],
  meterProvider: objectWith("getMeter", "a meter provider"),
  semanticConventions: oneOf(...versions),
  format: entryFormat,
  name: nameOfSink,
};
