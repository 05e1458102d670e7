import { AuditError, type EntryFormat } from "@openrouter-audit/core";
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

/** @throws AuditError `INVALID_OPTIONS` for the first that is wrong */
export function checkedOptions(given: OpenTelemetrySinkOptions): OpenTelemetrySinkOptions {
  const unknown = Object.keys(given ?? {}).find((option) => !(option in rules));
  if (unknown !== undefined)
    throw invalid(`There is no option "${unknown}". The options are: ${Object.keys(rules).join(", ")}.`);
  if (!given?.exporter === !given?.loggerProvider)
    throw invalid(
      'Either "exporter" or "loggerProvider" must be given: otlpLogExporter({ url }) says whether records arrived.',
    );
  for (const [option, [rule, isRight]] of Object.entries(rules)) {
    const value: unknown = given[option as keyof OpenTelemetrySinkOptions];
    if (value !== undefined && !isRight(value))
      throw invalid(`Option "${option}" is not right: must be ${rule}.`);
  }
  return given;
}

const invalid = (message: string) => new AuditError("INVALID_OPTIONS", `openTelemetrySink: ${message}`);
const has = (method: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null)?.[method] === "function";

const rules: Record<keyof OpenTelemetrySinkOptions, [rule: string, isRight: (value: unknown) => boolean]> = {
  exporter: ["a log record exporter", has("export")],
  loggerProvider: ["a logger provider", has("getLogger")],
  resource: [
    "a resource, or { attributes }",
    (value) => typeof (value as { attributes?: unknown } | null)?.attributes === "object",
  ],
  meterProvider: ["a meter provider", has("getMeter")],
  semanticConventions: [
    versions.map((version) => `"${version}"`).join(" or "),
    (value) => versions.includes(value as SemanticConventions),
  ],
  format: ["a function of an entry", (value) => typeof value === "function"],
  name: [
    "1 to 64 lower-case letters, digits, . _ and -, beginning with a letter or digit",
    (value) => typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(value),
  ],
};
