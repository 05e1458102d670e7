import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { freePort } from "../../../../test/support/free-port.ts";
import { attributesOf, decoded, encoded, encodedStatus, hex, plain } from "./otlp-messages.ts";

/** A log record, as it arrived. */
export interface ArrivedRecord {
  readonly timeUnixNano: number;
  readonly observedTimeUnixNano: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  readonly resource: Record<string, unknown>;
  readonly scope: { readonly name?: string; readonly version?: string; readonly schemaUrl?: string };
}

/** What becomes of one request. */
export type Fate =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Never answered; or the connection ends before an answer; or after the records were kept. */
  | "hang"
  | "reset"
  | "lose_answer";

export interface FakeCollectorOptions {
  /** As `max_request_body_size` of a collector, of what was unzipped. @default 20 MiB */
  readonly mostBytes?: number;
  /** The reason for which a record is never taken, or null. */
  readonly reject?: (record: ArrivedRecord) => string | null;
  /** The header that requests must have. @default none */
  readonly credentials?: string;
}

/** A collector: takes logs and metrics by OTLP/HTTP, decodes them with the official definitions, and keeps them. */
export class FakeCollector {
  readonly records: ArrivedRecord[] = [];
  readonly metrics: Record<string, unknown>[] = [];
  /** Of each request of logs: how many records it had. */
  readonly requests: number[] = [];
  readonly sizes: number[] = [];
  /** How many requests will never be answered. */
  hanging = 0;
  readonly #fates: Fate[] = [];
  readonly #options: FakeCollectorOptions;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #waiting: (() => void)[] = [];

  private constructor(options: FakeCollectorOptions) {
    this.#options = options;
  }

  static async start(options: FakeCollectorOptions = {}): Promise<FakeCollector> {
    const collector = new FakeCollector(options);
    await collector.listen(await freePort());
    return collector;
  }

  /** Goes on, at the port where it was before. */
  async listen(port: number): Promise<void> {
    this.#server.keepAliveTimeout = 60_000;
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Decides about the next requests. */
  next(...fates: Fate[]): void {
    this.#fates.push(...fates);
  }

  /** How many of those are still to come. */
  get undecided(): number {
    return this.#fates.length;
  }

  /** Resolves when something has come. */
  received(isEnough: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => (isEnough() ? resolve() : void this.#waiting.push(look));
      look();
    });
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(request).catch(() => null);
    if (sent === null) return;
    const fate = this.#fates.shift();
    const refuse = (status: number, message: string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "content-type": "application/x-protobuf", ...headers });
      response.end(fate instanceof Object && fate.body ? fate.body : encodedStatus(status, message));
    };
    const isLogs = request.url === "/v1/logs";
    if (!isLogs && request.url !== "/v1/metrics") return refuse(404, "no such path");
    if (request.method !== "POST") return refuse(405, "only POST");
    if (request.headers["content-type"] !== "application/x-protobuf") return refuse(415, "only protobuf");
    const { credentials, mostBytes = 20 << 20 } = this.#options;
    if (credentials && request.headers.authorization !== credentials) return refuse(401, "who are you?");
    if (fate === "hang") {
      this.hanging += 1;
      return this.#tell();
    }
    if (fate === "reset") return void request.socket.destroy();
    if (fate && fate !== "lose_answer") return refuse(fate.status, "as the test wants it", fate.headers);
    const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    if (bytes.length > mostBytes) return refuse(413, "request body too large");
    let answer: Record<string, unknown>;
    try {
      answer = isLogs ? this.#keepLogs(bytes) : this.#keepMetrics(bytes);
    } catch (error) {
      return refuse(400, String(error));
    }
    this.#tell();
    if (fate === "lose_answer") return void request.socket.destroy();
    const service = isLogs ? "logs.v1.ExportLogsServiceResponse" : "metrics.v1.ExportMetricsServiceResponse";
    response.writeHead(200, { "content-type": "application/x-protobuf" });
    response.end(encoded(`collector.${service}`, answer));
  }

  #tell(): void {
    for (const look of this.#waiting.splice(0)) look();
  }

  #keepLogs(bytes: Uint8Array): Record<string, unknown> {
    const arrived = recordsIn(bytes);
    this.requests.push(arrived.length);
    this.sizes.push(bytes.length);
    const reasons: string[] = [];
    for (const record of arrived) {
      const reason = this.#options.reject?.(record) ?? null;
      if (reason === null) this.records.push(record);
      else reasons.push(reason);
    }
    const rejected = { rejected_log_records: reasons.length, error_message: reasons[0] ?? "" };
    return reasons.length > 0 ? { partial_success: rejected } : {};
  }

  #keepMetrics(bytes: Uint8Array): Record<string, unknown> {
    this.metrics.push(decoded("collector.metrics.v1.ExportMetricsServiceRequest", bytes));
    return {};
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as the definitions name them
type Message = any;

/** The records of an ExportLogsServiceRequest. */
function recordsIn(bytes: Uint8Array): ArrivedRecord[] {
  const { resource_logs = [] }: Message = decoded("collector.logs.v1.ExportLogsServiceRequest", bytes);
  return resource_logs.flatMap(({ resource, scope_logs = [] }: Message) =>
    scope_logs.flatMap(({ scope, schema_url, log_records = [] }: Message) =>
      log_records.map(
        (record: Message): ArrivedRecord => ({
          timeUnixNano: record.time_unix_nano,
          observedTimeUnixNano: record.observed_time_unix_nano,
          severityNumber: record.severity_number,
          severityText: record.severity_text,
          eventName: record.event_name,
          body: plain(record.body ?? {}),
          attributes: attributesOf(record.attributes),
          traceId: hex(record.trace_id),
          spanId: hex(record.span_id),
          flags: record.flags ?? 0,
          resource: attributesOf(resource?.attributes),
          scope: { name: scope?.name, version: scope?.version, schemaUrl: schema_url },
        }),
      ),
    ),
  );
}
