import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  aFunction,
  checkOptions,
  headersWithout,
  type OptionRules,
  oneOf,
  readBody,
} from "@openrouter-audit/core/sink";
import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { type ExportedRecord, PartialSuccess, type RecordExporter } from "./record-exporter.ts";

export interface OtlpLogExporterOptions {
  /** All of it: `https://collector.example.com:4318/v1/logs`. */
  readonly url: string;
  /** Credentials, as the place wants them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default "gzip" */
  readonly compression?: "gzip" | "none";
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

const rules: OptionRules<OtlpLogExporterOptions> = {
  url: [
    isUrl,
    "the http or https URL of the logs, which ends in /v1/logs, without user and password: those belong into headers",
  ],
  headers: headersWithout(),
  compression: oneOf("gzip", "none"),
  fetch: aFunction,
};

/**
 * Exports log records by OTLP/HTTP in protobuf. Unlike the SDK's exporters it fails when a place rejects some of the records
 * (`partial_success`), stops when it is told to, and tries once: delivery tries again.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function otlpLogExporter(options: OtlpLogExporterOptions): RecordExporter & {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
} {
  checkOptions("otlpLogExporter", options, rules, ["url"]);
  const { url, headers, compression = "gzip", fetch: send = globalThis.fetch } = options;
  const encoding = compression === "gzip" ? { "content-encoding": "gzip" } : {};

  async function post(records: ExportedRecord[], signal: AbortSignal | undefined): Promise<void> {
    const bytes = ProtobufLogsSerializer.serializeRequest(records as never)!;
    const answer = await send(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-protobuf", ...encoding },
      body: new Uint8Array(compression === "gzip" ? await zipped(bytes) : bytes),
      redirect: "error",
      signal: signal ?? null,
    });
    const { bytes: said, isWhole } = await readBody(answer, mostBytes);
    if (!answer.ok)
      throw Object.assign(new Error(`HTTP ${answer.status}`), {
        code: answer.status,
        retryAfter: answer.headers.get("retry-after"),
      });
    if (!isWhole) throw new Error(notOtlp);
    const { partialSuccess } = readerOf(answer, said).deserializeResponse(said);
    // The JSON of a 64-bit number is a text.
    const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
    if (rejected > 0) throw new PartialSuccess(rejected, partialSuccess?.errorMessage ?? "");
  }

  return {
    export: (records, done, signal) =>
      void post(records, signal).then(
        () => done({ code: 0 }),
        (error) => done({ code: 1, error }),
      ),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

function isUrl(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && !username && !password;
}

function readerOf(answer: Response, said: Uint8Array) {
  const type = answer.headers.get("content-type") ?? "";
  if (type.includes("protobuf") || said.length === 0) return ProtobufLogsSerializer;
  if (type.includes("json")) return JsonLogsSerializer;
  throw new Error(notOtlp);
}

/** An answer has a few hundred bytes. */
const mostBytes = 1 << 20;
const notOtlp = "something that does not speak OTLP answered";

const zipped = promisify(gzip);
