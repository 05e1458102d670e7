import { readFileSync } from "node:fs";
import type { SinkStatus } from "@openrouter-audit/core";
import { observeAudit } from "@openrouter-audit/core/opentelemetry";
import { metrics } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { instruments } from "../../packages/core/src/health/instruments.ts";
import { openWorld, until, type World } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

/** Reads when it is asked, and only then. */
class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** The SDK as an application sets it up, and everything it collects, by name. */
function newMeters() {
  const reader = new ManualReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const collected = async () => {
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      all
        .filter(({ dataPoints }) => dataPoints.length > 0)
        .map(({ descriptor: { name, unit }, dataPoints }) => [
          name,
          { unit, points: dataPoints.map(({ value, attributes }) => [value, attributes]) },
        ]),
    );
  };
  return { meterProvider, collected };
}

const ask = async ({ audit, fake }: World) =>
  (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();

test("what OpenTelemetry collects is what health() says", async () => {
  const world = await openWorld({ audit: { disk: { quotaBytes: 1 << 30 } } });
  const { audit, fake } = world;
  const { meterProvider, collected } = newMeters();
  const end = observeAudit(audit, { meterProvider, attributes: { region: "north" } });
  await until(() => audit.health().disk!.lookedAt !== null);
  await ask(world);
  // Under way until it is read.
  const underWay = await audit.fetch(`${fake.url}/chat/completions`, asking());
  const { disk, journal } = audit.health();
  const region = { region: "north" };
  const one = (unit: string, value: unknown) => ({ unit, points: [[value, region]] });
  expect(await collected()).toEqual({
    "openrouter_audit.status": {
      unit: "1",
      points: [
        [1, { ...region, "openrouter_audit.state": "ok" }],
        [0, { ...region, "openrouter_audit.state": "degraded" }],
        [0, { ...region, "openrouter_audit.state": "failing" }],
      ],
    },
    "openrouter_audit.calls.running": one("{call}", 1),
    "openrouter_audit.entries.recorded": one("{entry}", journal.recorded),
    "openrouter_audit.entries.lost": one("{entry}", 0),
    "openrouter_audit.buffer.entries": one("{entry}", 0),
    "openrouter_audit.buffer.size": one("By", 0),
    "openrouter_audit.journal.commits": one("{commit}", journal.commits!.count),
    "openrouter_audit.journal.commit_time": one("s", journal.commits!.ms / 1000),
    "openrouter_audit.journal.writable": one("1", 1),
    "openrouter_audit.journal.size": one("By", expect.any(Number)),
    "openrouter_audit.journal.quota": one("By", 1 << 30),
    "openrouter_audit.disk.free": one("By", expect.any(Number)),
    "openrouter_audit.disk.total": one("By", disk!.totalBytes),
  });
  expect(journal.recorded).toBeGreaterThan(0);
  await underWay.text();
  const later = await collected();
  expect(later["openrouter_audit.entries.recorded"]).toEqual(one("{entry}", journal.recorded + 1));
  expect(later["openrouter_audit.journal.commits"]).toEqual(one("{commit}", journal.commits!.count + 1));
  expect(later["openrouter_audit.calls.running"]).toEqual(one("{call}", 0));
  end();
  await ask(world);
  // The SDK repeats what it was told last; nobody tells it more.
  expect((await collected())["openrouter_audit.entries.recorded"]).toEqual(
    later["openrouter_audit.entries.recorded"],
  );
});

test("each sink has its numbers, a failing log its state", async () => {
  const { audit } = await openWorld();
  const { meterProvider, collected } = newMeters();
  const sink = (name: string, changes: Partial<SinkStatus> = {}): SinkStatus => ({
    name,
    required: false,
    state: "idle",
    delivered: 7,
    rejected: 0,
    lag: { bytes: 0, ms: 0 },
    failures: 0,
    lastError: null,
    lastDeliveredAt: null,
    ...changes,
  });
  const failure = { code: "JOURNAL_UNWRITABLE", message: "No room.", since: "2026-11-25T12:00:00.000Z" };
  const late = sink("late", {
    state: "retrying",
    rejected: 2,
    lag: { bytes: 4096, ms: 90_500 },
    failures: 3,
  });
  observeAudit(
    {
      health: () => ({
        ...audit.health(),
        status: "failing",
        journal: { ...audit.health().journal, failure, lost: 5, waiting: { entries: 3, bytes: 2048 } },
        sinks: [sink("archive"), late],
      }),
    },
    { meterProvider },
  );
  const seen = await collected();
  const of = (name: string) => seen[`openrouter_audit.${name}`];
  const both = (unit: string, archive: number, other: number) => ({
    unit,
    points: [
      [archive, { "openrouter_audit.sink": "archive" }],
      [other, { "openrouter_audit.sink": "late" }],
    ],
  });
  expect(of("sink.delivered")).toEqual(both("{entry}", 7, 7));
  expect(of("sink.rejected")).toEqual(both("{entry}", 0, 2));
  expect(of("sink.lag")).toEqual(both("s", 0, 90.5));
  expect(of("sink.backlog")).toEqual(both("By", 0, 4096));
  expect(of("sink.failures")).toEqual(both("{attempt}", 0, 3));
  expect(of("journal.writable")).toMatchObject({ points: [[0, {}]] });
  expect(of("entries.lost")).toMatchObject({ points: [[5, {}]] });
  expect(of("buffer.size")).toMatchObject({ points: [[2048, {}]] });
  expect(of("status")!.points[2]).toEqual([1, { "openrouter_audit.state": "failing" }]);
});

test("without a provider of its own it takes the global one; without an SDK it does nothing", async () => {
  const world = await openWorld();
  observeAudit(world.audit)();
  const { meterProvider, collected } = newMeters();
  metrics.setGlobalMeterProvider(meterProvider);
  try {
    const end = observeAudit(world.audit);
    expect(Object.keys(await collected())).toContain("openrouter_audit.status");
    end();
  } finally {
    metrics.disable();
  }
});

test("docs/operations.md lists every metric, with its kind and its unit", () => {
  const page = readFileSync("docs/operations.md", "utf8");
  const rows = [...page.matchAll(/^\| `(openrouter_audit\.[a-z._]+)` \| ([\w -]+) \| `([^`]+)` \|/gm)];
  const kinds = { counter: "counter", upDownCounter: "up-down counter", gauge: "gauge" };
  expect(rows.map(([, ...cells]) => cells)).toEqual(
    instruments.map(({ name, kind, unit }) => [name, kinds[kind], unit]),
  );
});
