import { readFileSync } from "node:fs";
import type { AuditEntry } from "@openrouter-audit/core";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ExportResultCode, isTracingSuppressed } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import fc from "fast-check";
import { openTelemetrySink, otlpLogExporter, type SemanticConventions } from "../src/index.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";
import { calm, entry } from "./support/entries.ts";

type Options = Partial<Parameters<typeof openTelemetrySink>[0]>;

/** The records of entries, as an exporter of the SDK has them. */
async function recordsOf(entries: readonly AuditEntry[], options: Options = {}) {
  const exporter = new InMemoryLogRecordExporter();
  await openTelemetrySink({ exporter, ...options }).write(entries, calm());
  return exporter.getFinishedLogRecords();
}

const recordOf = async (said: Parameters<typeof entry>[0], options?: Options) =>
  (await recordsOf([entry(said)], options))[0]!;

/** Every name that a version of the conventions has. */
function namesOf(version: SemanticConventions): string[] {
  const file = new URL(`./vectors/gen-ai-names-${version}.0.json`, import.meta.url);
  return Object.values((JSON.parse(readFileSync(file, "utf8")) as { names: Record<string, string> }).names);
}

test("a call has the attributes of the conventions, and its own members beside them", async () => {
  const { attributes, ...record } = await recordOf({ id: "id-1" });
  expect(record).toMatchObject({
    eventName: "gen_ai.client.inference.operation.details",
    severityNumber: 9,
    severityText: "INFO",
    hrTime: [1795487676, 293_000_000],
    hrTimeObserved: [1795487676, 589_000_000],
    instrumentationScope: { schemaUrl: "https://opentelemetry.io/schemas/1.45.0" },
  });
  const isOfTheConventions = ([name]: [string, unknown]) => !name.startsWith("openrouter_audit.");
  expect(Object.fromEntries(Object.entries(attributes).filter(isOfTheConventions))).toEqual({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openrouter",
    "gen_ai.output.type": "json",
    "gen_ai.conversation.id": "conversation-1",
    "gen_ai.request.model": "openai/gpt-5-mini",
    "gen_ai.request.stream": true,
    "gen_ai.request.choice.count": 2,
    "gen_ai.request.max_tokens": 256,
    "gen_ai.request.temperature": 0.7,
    "gen_ai.request.seed": 7,
    "gen_ai.response.id": "gen-1",
    "gen_ai.response.model": "openai/gpt-5-mini-2025-08-07",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.response.time_to_first_chunk": 0.25,
    "gen_ai.usage.input_tokens": 12,
    "gen_ai.usage.output_tokens": 30,
    "gen_ai.usage.cache_read.input_tokens": 4,
    "gen_ai.usage.cache_creation.input_tokens": 2,
    "gen_ai.usage.reasoning.output_tokens": 5,
  });
  expect(attributes).toMatchObject({
    "openrouter_audit.id": "id-1",
    "openrouter_audit.user_id": "ada",
    "openrouter_audit.cost_usd": 0.000025,
    "openrouter_audit.provider": "OpenAI",
    "openrouter_audit.attribution.how": "authenticated",
    "openrouter_audit.request.route": "/chat",
    "openrouter_audit.service.instance": "web-1/1",
  });
  // What is null, what seals, and lists and objects are in the line alone.
  const names = ["tenant_id", "chain_hash", "signature", "metadata", "parameters"];
  for (const name of names) expect(attributes).not.toHaveProperty([`openrouter_audit.${name}`]);
});

const everything = {
  error_type: "rate_limit_exceeded",
  parameters: {
    ...{
      temperature: 0.7,
      top_p: 1,
      top_k: 4,
      max_tokens: 9,
      n: 2,
      seed: 7,
      dimensions: 3,
      response_format: "text",
    },
    ...{ encoding_format: "float", frequency_penalty: 0.1, presence_penalty: 0.2 },
  },
};

test.each(["1.37", "1.45"] as const)(
  "the names are those of the conventions %s, and none is dead",
  async (version) => {
    const { attributes } = await recordOf(everything, { semanticConventions: version });
    const names = Object.keys(attributes).filter((name) => !name.startsWith("openrouter_audit."));
    const known = namesOf(version);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(version === "1.37" ? 15 : 20);
    const dead = /^gen_ai\.(system|prompt|completion|usage\.(prompt|completion)_tokens|.*\.message|choice)$/;
    expect(names.filter((name) => dead.test(name))).toEqual([]);
    const readme = readFileSync("packages/sink-opentelemetry/README.md", "utf8");
    expect(names.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
    // Names of the newer version are left out in the older one: a back end has not seen them.
    expect(names.includes("gen_ai.request.stream")).toBe(version === "1.45");
    expect(known).toContain("gen_ai.client.inference.operation.details");
  },
);

test.each([
  [{ status: "success" }, "INFO"],
  [{ status: "error", error_type: "server" }, "ERROR"],
  [{ status: "aborted" }, "INFO2"],
  [{ status: "unknown", error_type: "process_ended" }, "WARN"],
  [{ status: "error", event_type: "call_refused" }, "WARN"],
  [{ status: "unknown", event_type: "call_started" }, "INFO"],
  [{ status: "success", event_type: "audit.heartbeat" }, "INFO"],
  [{ status: "success", event_type: "audit.gap" }, "ERROR2"],
  [{ event_type: "audit.anchored", detail: { contradicted: [{ log: "web/2", size: 9 }] } }, "ERROR3"],
])("of %j the severity is %s", async (said, severity) => {
  expect(await recordOf(said)).toMatchObject({ severityText: severity });
});

test.each([
  ["response", "gen_ai.client.inference.operation.details", "chat"],
  ["completion", "gen_ai.client.inference.operation.details", "text_completion"],
  ["image", "gen_ai.client.inference.operation.details", "generate_content"],
  ["embedding", "openrouter_audit.embedding", "embeddings"],
  ["rerank", "openrouter_audit.rerank", "rerank"],
  ["call_started", "openrouter_audit.call_started", undefined],
  ["batch_status", "openrouter_audit.batch_status", undefined],
  ["audit.opened", "openrouter_audit.audit.opened", undefined],
  ["answer.approved", "openrouter_audit.answer.approved", undefined],
  ["constructor", "openrouter_audit.constructor", undefined],
])("a %s is the event %s, and the operation %s", async (event_type, eventName, operation) => {
  const record = await recordOf({ event_type });
  expect(record.eventName).toBe(eventName);
  expect(record.attributes["gen_ai.operation.name"]).toBe(operation);
});

test("the input tokens of a message are with those of the cache, which it counts apart", async () => {
  const { attributes } = await recordOf({ event_type: "message" });
  expect(attributes["gen_ai.usage.input_tokens"]).toBe(12 + 4 + 2);
  const unknown = await recordOf({ event_type: "message", prompt_tokens: null });
  expect(unknown.attributes).not.toHaveProperty(["gen_ai.usage.input_tokens"]);
});

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const incoming = "0af7651916cd43dd8448eb211c80319c";

test.each([
  [`00-${traceId}-00f067aa0ba902b7-01`, { traceId, spanId: "00f067aa0ba902b7", traceFlags: 1 }],
  [`00-${traceId}-00f067aa0ba902b7-00`, { traceId, spanId: "00f067aa0ba902b7", traceFlags: 0 }],
  [`00-${traceId}-0000000000000000-01`, { traceId, spanId: "", traceFlags: 0 }],
  [`00-${traceId}-[redacted]-01`, { traceId, spanId: "", traceFlags: 0 }],
  ["00-0-0-00", { traceId: incoming, spanId: "", traceFlags: 0 }],
  [{ not: "a text" }, { traceId: incoming, spanId: "", traceFlags: 0 }],
])("a traceparent of %j is the context %j", async (traceparent, spanContext) => {
  expect((await recordOf({ metadata: { traceparent } })).spanContext).toEqual(spanContext);
});

test("an entry that names no trace has no context, also in a provider that is in the midst of a span", async () => {
  const exporter = new InMemoryLogRecordExporter();
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const traced = entry({ metadata: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
  await openTelemetrySink({ loggerProvider }).write([entry({ request: null }), traced], calm());
  const contexts = exporter.getFinishedLogRecords().map(({ spanContext }) => spanContext);
  expect(contexts).toEqual([undefined, { traceId, spanId: "00f067aa0ba902b7", traceFlags: 1 }]);
});

test("the resource is the process that made the entry, whoever delivers it, beside what is given", async () => {
  const resource = resourceFromAttributes({
    "deployment.environment.name": Promise.resolve("production"),
    "service.name": "the deliverer",
  });
  const records = await recordsOf(
    [entry(), entry(), entry({ service: { name: "job", version: null, instance: "b/2" } })],
    { resource },
  );
  const environment = { "deployment.environment.name": "production" };
  const web = { "service.name": "chat", "service.version": "1.0.0", "service.instance.id": "web-1/1" };
  const job = { "service.name": "job", "service.instance.id": "b/2" };
  expect(records.map((record) => record.resource.attributes)).toEqual([
    { ...environment, ...web },
    { ...environment, ...web },
    { ...environment, ...job },
  ]);
  expect(records[0]!.resource).toBe(records[1]!.resource);
});

test("a format is the body: a text as it is, an object as a map", async () => {
  const format = ({ id }: AuditEntry) => ({ id, at: new Date(0), list: [1, null], none: undefined });
  expect((await recordOf({ id: "a" }, { format })).body).toEqual({
    id: "a",
    at: "1970-01-01T00:00:00.000Z",
    list: [1, null],
  });
  expect((await recordOf({ id: "a" }, { format: ({ id }) => `id=${id}` })).body).toBe("id=a");
});

test("limits of the SDK cut attributes and never the line", async () => {
  const exporter = new InMemoryLogRecordExporter();
  const loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter })],
    logRecordLimits: { attributeCountLimit: 3, attributeValueLengthLimit: 2 },
  });
  const one = entry();
  await openTelemetrySink({ loggerProvider }).write([one], calm());
  const [record] = exporter.getFinishedLogRecords();
  expect(record!.attributes).toEqual({
    "gen_ai.operation.name": "ch",
    "gen_ai.provider.name": "op",
    "gen_ai.output.type": "js",
  });
  expect(JSON.parse(record!.body as string)).toEqual(one);
});

test("no entry comes near the number of attributes at which the SDK drops some", async () => {
  const { attributes } = await recordOf(everything);
  const members = JSON.parse(readFileSync("packages/core/schema/entry.schema.json", "utf8")).definitions
    .AuditEntry;
  const most = Object.keys(attributes).length + Object.keys(members.properties).length;
  expect(most).toBeLessThan(128);
});

test("a batch within the limits is a request of at most 4 MiB, whatever its texts are", async () => {
  const collector = await FakeCollector.start();
  const exporter = otlpLogExporter({ url: `${collector.url}/v1/logs`, compression: "none" });
  const sink = openTelemetrySink({ exporter });
  const { bytes, overheadBytes } = sink.limits as { bytes: number; overheadBytes: number };
  const long = fc.string({ unit: "binary", maxLength: 2048 });
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ maxLength: 40 }), long, { maxKeys: 30 }),
      long,
      async (more, text) => {
        const one = entry({
          ...everything,
          ...more,
          error_message: text,
          model: text,
          session_id: text,
          user_id: text,
        });
        await sink.write([one], calm());
        const counted = Buffer.byteLength(JSON.stringify(one)) + overheadBytes;
        expect(collector.sizes.at(-1)! / counted).toBeLessThanOrEqual((4 << 20) / bytes);
      },
    ),
    { numRuns: 25 },
  );
  await collector.stop();
});

test("an export is no part of the application's traces", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const seen: boolean[] = [];
  const sink = openTelemetrySink({
    exporter: {
      export(_, done) {
        seen.push(isTracingSuppressed(context.active()));
        done({ code: ExportResultCode.SUCCESS });
      },
    },
  });
  await sink.write([entry()], calm());
  expect(seen).toEqual([true]);
  context.disable();
});
