import { readFileSync } from "node:fs";
import type { AuditEntry } from "@openrouter-audit/core";
import { EntriesRejected } from "@openrouter-audit/core";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { callMetrics } from "../src/call-metrics.ts";
import { openTelemetrySink } from "../src/index.ts";
import { PartialSuccess } from "../src/record-exporter.ts";
import { attributesOf } from "./fake-collector/otlp-messages.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";
import { calm, entry } from "./support/entries.ts";

const taken = { code: 0 };
const duration = "gen_ai.client.operation.duration";
const usage = "gen_ai.client.token.usage";

/** A sink with metrics, whose exporter answers as it is told. */
function measured(exporter: PushMetricExporter, answers: { code: number; error?: Error }[] = []) {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const sink = openTelemetrySink({
    meterProvider,
    exporter: { export: (_, done) => done(answers.shift() ?? taken) },
  });
  const write = (...entries: AuditEntry[]) => sink.write(entries, calm());
  return { meterProvider, write };
}

function inMemory(answers?: { code: number; error?: Error }[]) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const { meterProvider, write } = measured(exporter, answers);
  const points = async (name: string) => {
    await meterProvider.forceFlush();
    const metrics =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
    return (metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []).map((point) => ({
      attributes: point.attributes,
      ...(point.value as Histogram),
    }));
  };
  const count = async (name: string) => (await points(name)).reduce((sum, point) => sum + point.count, 0);
  return { write, points, count };
}

/** An entry that was recorded after the sink was made. */
const now = (said: Parameters<typeof entry>[0] = {}) =>
  entry({ recorded_at: new Date(Date.now() + 1000).toISOString(), ...said });

test("an operation has its duration in seconds and its tokens, by what it was and never by who asked", async () => {
  const { write, points } = inMemory();
  await write(now());
  const of = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openrouter",
    "gen_ai.request.model": "openai/gpt-5-mini",
    "gen_ai.response.model": "openai/gpt-5-mini-2025-08-07",
  };
  expect(await points(duration)).toMatchObject([{ attributes: of, count: 1, sum: 1.5 }]);
  const [input, output] = await points(usage);
  expect(input).toMatchObject({ attributes: { ...of, "gen_ai.token.type": "input" }, count: 1, sum: 12 });
  expect(output).toMatchObject({ attributes: { ...of, "gen_ai.token.type": "output" }, count: 1, sum: 30 });
  expect(Object.keys(input!.attributes)).toHaveLength(5);
});

test("an error is told by its class, in the duration alone", async () => {
  const { write, points } = inMemory();
  await write(now({ status: "error", error_type: "rate_limit_exceeded" }));
  const [timed] = await points(duration);
  expect(timed!.attributes["error.type"]).toBe("rate_limit_exceeded");
  for (const { attributes } of await points(usage)) expect(attributes).not.toHaveProperty(["error.type"]);
});

test.each([
  ["its own entries", { event_type: "audit.heartbeat" }, 0, 0],
  ["starts", { event_type: "call_started", prompt_tokens: 0, completion_tokens: 0, latency_ms: null }, 0, 0],
  ["calls that were refused", { event_type: "call_refused" }, 0, 0],
  ["polls of a job, which tell its tokens again and again", { event_type: "batch_status" }, 0, 0],
  [
    "of calls whose end nobody knows neither",
    { latency_ms: null, prompt_tokens: null, completion_tokens: null },
    0,
    0,
  ],
  ["what is no number", { latency_ms: "soon", prompt_tokens: "many", completion_tokens: null }, 0, 0],
  ["of answers from the cache of OpenRouter only the duration", { cache_status: "HIT" }, 1, 0],
])("counted are not %s", async (_what, said, durations, tokens) => {
  const { write, count } = inMemory();
  await write(now(said));
  expect(await count(duration)).toBe(durations);
  expect(await count(usage)).toBe(tokens);
});

test("an entry is counted once, when it has arrived, however often it comes", async () => {
  const { write, count } = inMemory([{ code: 1, error: new Error("away") }]);
  const batch = [now(), now()];
  await expect(write(...batch)).rejects.toThrow("away");
  expect(await count(duration)).toBe(0);
  await write(...batch);
  await write(...batch);
  await write(batch[1]!, now(), batch[0]!);
  expect(await count(duration)).toBe(3);
  expect(await count(usage)).toBe(6);
});

test("an entry that the place never takes was an operation all the same", async () => {
  const { write, count } = inMemory([{ code: 1, error: new PartialSuccess(1, "no") }]);
  await expect(write(now())).rejects.toThrow(EntriesRejected);
  expect(await count(duration)).toBe(1);
});

test("what was recorded before the sink was made is delivered, and not counted: it is no call of now", async () => {
  const { write, count } = inMemory();
  await write(entry(), now());
  expect(await count(duration)).toBe(1);
});

test("what is remembered as counted does not grow without end", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const count = callMetrics(meterProvider, "1.45");
  const [first, last] = [now(), now()];
  const others = Array.from({ length: 9_999 }, (_, index) => ({ ...first, id: `${index}` }));
  count([first, ...others, first]);
  // Now it is the oldest, and forgotten; the last is not.
  count([last, first, last]);
  await meterProvider.forceFlush();
  const { metrics } = exporter.getMetrics()[0]!.scopeMetrics[0]!;
  expect((metrics[0]!.dataPoints[0]!.value as Histogram).count).toBe(10_000 + 2);
  await meterProvider.shutdown();
});

test("the histograms arrive by OTLP with the buckets of the conventions", async () => {
  const collector = await FakeCollector.start();
  const { meterProvider, write } = measured(new OTLPMetricExporter({ url: `${collector.url}/v1/metrics` }));
  await write(now());
  await meterProvider.shutdown();
  // biome-ignore lint/suspicious/noExplicitAny: as the definitions name them
  const [{ scope, schema_url, metrics }] = (collector.metrics[0] as any).resource_metrics[0].scope_metrics;
  expect(scope.name).toBe("@openrouter-audit/sink-opentelemetry");
  expect(schema_url).toBe("https://opentelemetry.io/schemas/1.45.0");
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const told = metrics.map(({ name, unit, histogram: { data_points } }: any) => {
    return [name, unit, data_points[0].explicit_bounds];
  });
  expect(told).toEqual([
    [duration, "s", [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]],
    [
      usage,
      "{token}",
      [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    ],
  ]);
  expect(attributesOf(metrics[0].histogram.data_points[0].attributes)).toHaveProperty([
    "gen_ai.operation.name",
  ]);
  const known = Object.values(
    JSON.parse(readFileSync(new URL("./vectors/gen-ai-names-1.45.0.json", import.meta.url), "utf8")).names,
  );
  expect(known).toEqual(expect.arrayContaining([duration, usage]));
  await collector.stop();
});
