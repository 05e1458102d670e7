export { openTelemetrySink } from "./opentelemetry-sink.ts";
export type { FlushingLoggerProvider, OpenTelemetrySinkOptions } from "./options.ts";
export { type OtlpLogExporterOptions, otlpLogExporter } from "./otlp-exporter.ts";
export type { ExportedRecord, RecordExporter } from "./record-exporter.ts";
export type { SemanticConventions } from "./semantic-conventions.ts";
export { tracedFetch } from "./traced-fetch.ts";
