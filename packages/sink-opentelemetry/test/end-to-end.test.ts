import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditLog, type AuditProblem, type Fetch, readJournal, verifyJournal } from "@openrouter-audit/core";
import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import { context, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { until } from "../../../test/support/audited-world.ts";
import { openTelemetrySink, otlpLogExporter, tracedFetch } from "../src/index.ts";
import { type ArrivedRecord, FakeCollector } from "./fake-collector/start-fake-collector.ts";

let collector: FakeCollector;
let fake: FakeOpenRouter;
let home: string;
let audit: AuditLog;
let problems: AuditProblem[];
let measured: InMemoryMetricExporter;
let meterProvider: MeterProvider;

beforeEach(async () => {
  collector = await FakeCollector.start({
    reject: ({ body }) => (String(body).includes('"forbidden":true') ? "attribute not allowed" : null),
  });
  fake = await startFakeOpenRouter();
  home = mkdtempSync(join(tmpdir(), "openrouter-audit-otel-"));
  problems = [];
  measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  meterProvider = new MeterProvider({ readers: [reader] });
  audit = new AuditLog({
    directory: home,
    secret: "a secret that only this test knows, long enough",
    baseURL: fake.url,
    service: "chat",
    sinks: [
      openTelemetrySink({ exporter: otlpLogExporter({ url: `${collector.url}/v1/logs` }), meterProvider }),
    ],
    onProblem: (problem) => problems.push(problem),
  });
});

afterEach(async () => {
  await audit.close();
  await fake.close();
  await collector.stop();
  rmSync(home, { recursive: true });
});

async function ask(fetch = audit.fetch, status = 200): Promise<void> {
  const answer = await fetch(`${fake.url}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-or-v1-0000", "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-5-mini", messages: [{ role: "user", content: "Hello!" }] }),
  });
  expect(answer.status).toBe(status);
  await answer.text();
}

/** Of each id the first. */
function once(records: readonly ArrivedRecord[]): ArrivedRecord[] {
  return [
    ...new Map(records.toReversed().map((each) => [each.attributes["openrouter_audit.id"], each])).values(),
  ]
    .toReversed()
    .sort((a, b) => seqOf(a) - seqOf(b));
}

const seqOf = ({ attributes }: ArrivedRecord) => attributes["openrouter_audit.seq"] as number;

async function traced(work: (fetch: Fetch, spans: InMemorySpanExporter) => Promise<void>): Promise<void> {
  const spans = new InMemorySpanExporter();
  const tracing = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  tracing.register();
  try {
    await work(tracedFetch(audit), spans);
  } finally {
    await tracing.shutdown();
    trace.disable();
    context.disable();
  }
}

const calls = () =>
  once(collector.records).filter(({ attributes }) => attributes["gen_ai.operation.name"] === "chat");

test("a call that is made in a span, and the record of its entry, have one trace id and one span id", async () => {
  await traced(async (fetch, spans) => {
    await trace.getTracer("test").startActiveSpan("chat openai/gpt-5-mini", async (span) => {
      await audit.run({ userId: "ada", metadata: { feature: "chat" } }, () => ask(fetch));
      span.end();
    });
    await ask(fetch);
    await audit.flush();
    const { traceId, spanId } = spans.getFinishedSpans()[0]!.spanContext();
    const [inSpan, outside] = calls();
    expect(inSpan).toMatchObject({ traceId, spanId, flags: 1, resource: { "service.name": "chat" } });
    expect(inSpan!.attributes["openrouter_audit.user_id"]).toBe("ada");
    expect(JSON.parse(inSpan!.body as string).metadata).toMatchObject({ feature: "chat" });
    expect(outside).toMatchObject({ traceId: "", spanId: "" });
  });
});

test.each([
  ["in a scope", (work: () => Promise<void>) => audit.run({ userId: "ada" }, work)],
  ["outside of any", (work: () => Promise<void>) => work()],
])("an attempt in a span of its own still belongs to the call it repeats, %s", async (_where, within) => {
  await traced(async (fetch, spans) => {
    fake.next({ error: "rate_limited" }, {});
    await within(async () => {
      for (const status of [429, 200])
        await trace.getTracer("test").startActiveSpan("attempt", async (span) => {
          await ask(fetch, status);
          span.end();
        });
    });
    await audit.flush();
    const told = calls().map(({ spanId, attributes }) => [
      spanId,
      attributes["openrouter_audit.attempt"],
      attributes["openrouter_audit.call_id"],
    ]);
    const [first, second] = spans.getFinishedSpans().map((span) => span.spanContext().spanId);
    expect(told).toEqual([
      [first, 1, told[0]![2]],
      [second, 2, told[0]![2]],
    ]);
    expect(told[0]![2]).toEqual(expect.any(String));
  });
});

test("it may stand in the place of the global fetch, and does not call itself", async () => {
  const before = globalThis.fetch;
  await traced(async (fetch) => {
    globalThis.fetch = fetch;
    try {
      await trace.getTracer("test").startActiveSpan("global", async (span) => {
        await ask(globalThis.fetch);
        span.end();
      });
    } finally {
      globalThis.fetch = before;
    }
    await audit.flush();
    expect(calls()).toHaveLength(1);
  });
});

test("the collector goes away in every way and comes back: everything is there once, in order, counted once, and verifies", async () => {
  await audit.flush();
  const port = Number(new URL(collector.url).port);
  await collector.stop();
  for (let call = 0; call < 5; call += 1) await ask();
  await expect(audit.flush({ timeoutMs: 50 })).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  await until(() => problems.length > 0);
  await collector.listen(port);
  collector.next({ status: 503, headers: { "retry-after": "1" } }, "reset", { status: 429 }, "lose_answer");
  for (let call = 0; call < 5; call += 1) await ask();
  // Each flush tries at once; the pauses of delivery become long.
  while (collector.undecided > 0) await audit.flush({ timeoutMs: 100 }).catch(() => undefined);
  await audit.flush();
  await audit.close();

  const failing = problems.filter(({ code }) => code === "SINK_FAILING");
  expect(failing.map(({ message }) => message).join("\n")).toContain("nobody listens there");
  const kept = once(collector.records);
  const journal = [];
  for await (const entry of readJournal(home, { system: true })) journal.push(entry.id);
  expect(kept.map(({ attributes }) => attributes["openrouter_audit.id"])).toEqual(journal);
  expect(journal.length).toBeGreaterThanOrEqual(12);

  await meterProvider.forceFlush();
  const [duration] = measured.getMetrics().at(-1)!.scopeMetrics[0]!.metrics;
  const counts = duration!.dataPoints.map(({ value }) => (value as Histogram).count);
  expect(counts).toEqual([10]);

  const day = new Date().toISOString().slice(0, 10);
  const copy = mkdtempSync(join(tmpdir(), "openrouter-audit-copy-"));
  writeFileSync(join(copy, `audit_${day}.jsonl`), kept.map(({ body }) => `${body}\n`).join(""));
  expect((await verifyJournal(copy, { key: audit.publicKey })).result).toBe("intact");
  rmSync(copy, { recursive: true });
});

test("an entry that the place never takes is set aside with its reason, and all others arrive", async () => {
  const event = { event_type: "answer.approved" };
  const before = audit.record(event);
  const { id } = await audit.record({ ...event, metadata: { forbidden: true } });
  const after = await audit.record(event);
  await audit.flush();
  expect(problems.map(({ code }) => code)).toEqual(["ENTRY_REJECTED"]);
  const letters = readFileSync(join(home, "delivery", "opentelemetry.rejected.jsonl"), "utf8");
  expect(JSON.parse(letters)).toMatchObject({ reason: "attribute not allowed" });
  expect(JSON.parse(JSON.parse(letters).line).id).toBe(id);
  const ids = once(collector.records).map(({ attributes }) => attributes["openrouter_audit.id"]);
  expect(ids).toEqual(expect.arrayContaining([(await before).id, after.id]));
  expect(ids).not.toContain(id);
});

test("the library names itself by its manifest", async () => {
  const { name, version } = JSON.parse(readFileSync("packages/sink-opentelemetry/package.json", "utf8"));
  await audit.flush();
  expect(collector.records[0]!.scope).toEqual({
    name,
    version,
    schemaUrl: "https://opentelemetry.io/schemas/1.45.0",
  });
});
