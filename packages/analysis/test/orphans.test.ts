import { findOrphans } from "@openrouter-audit/core";
import { journalOf, withCounted } from "../../../test/support/counted-journal.ts";
import type { Written } from "../../../test/support/counted-rows.ts";
import { thisProcess } from "../../core/src/journal/process-identity.ts";
import type { Window } from "../src/report/counted.ts";
import { baselineSince } from "../src/report/judged-calls.ts";
import { countOrphans } from "../src/report/orphans.ts";

const minute = 60_000;
const now = new Date();
const ago = (minutes: number) => new Date(now.getTime() - minutes * minute);
const elsewhere = {
  host: "elsewhere",
  pid: 7,
  machine: null,
  boot: null,
  pid_namespace: null,
  started: null,
};

let written = 0;

/** An entry of a log; of what began at a time, and was recorded then or later. */
function entry(log: string, event_type: string, at: Date, more: Written = {}): Written {
  written += 1;
  return {
    id: `id-${written}`,
    log,
    seq: written,
    timestamp: at.toISOString(),
    recorded_at: at.toISOString(),
    event_type,
    status: "success",
    exchange_id: null,
    ...more,
  };
}

const opened = (log: string, at: Date, terms: Written = {}) =>
  entry(log, "audit.opened", at, {
    detail: { guarantee: "write_ahead", heartbeat_ms: minute, process: elsewhere, ...terms },
  });

const start = (log: string, at: Date, exchange_id = `exchange-${written}`) =>
  entry(log, "call_started", at, {
    exchange_id,
    status: "unknown",
    detail: { event_type: "chat_completion" },
  });

const call = (log: string, at: Date, exchange_id = `exchange-${written}`) =>
  entry(log, "chat_completion", at, { exchange_id });

const everything: Window = { since: null, until: null };

/** What the report counts; `findOrphans` of the core must say the same. */
async function counted(entries: readonly Written[], period: Window = everything) {
  const directory = journalOf(entries);
  const time = { since: period.since && baselineSince(period.since), until: period.until };
  const terms = { time, period, before: null };
  const counts = await withCounted(directory, terms, (asked, { lastWritten }) =>
    countOrphans(asked, period, { now, lastWritten }),
  );
  const found = { running: 0, orphaned: 0 };
  const limits = {
    ...(period.since && { since: period.since }),
    ...(period.until && { until: period.until }),
  };
  for await (const { state } of findOrphans(directory, limits)) found[state] += 1;
  expect(counts).toEqual(found);
  return counts;
}

describe("a call without an end runs while its log goes on", () => {
  test.each<[string, Written[], "running" | "orphaned"]>([
    [
      "a process that is there",
      [opened("a", ago(30), { process: thisProcess() }), start("a", ago(30))],
      "running",
    ],
    [
      "a process that is gone",
      [opened("a", now, { process: { ...thisProcess(), started: "1" } }), start("a", now)],
      "orphaned",
    ],
    [
      "a process elsewhere that was heard of lately",
      [opened("a", ago(9)), start("a", ago(8)), call("a", ago(1))],
      "running",
    ],
    [
      "a process elsewhere, silent for three heartbeats",
      [opened("a", ago(9)), start("a", ago(8)), call("a", ago(4))],
      "orphaned",
    ],
    [
      "one that promises less",
      [opened("a", ago(9), { heartbeat_ms: 10 * minute }), start("a", ago(8))],
      "running",
    ],
    [
      "one that promises less since then",
      [
        opened("a", ago(30)),
        start("a", ago(28)),
        entry("a", "audit.heartbeat", ago(27), { detail: { heartbeat_ms: 10 * minute } }),
      ],
      "running",
    ],
    [
      "one that was closed",
      [
        opened("a", ago(2), { process: thisProcess() }),
        start("a", ago(2)),
        entry("a", "audit.closed", ago(1)),
      ],
      "orphaned",
    ],
    [
      "one of which nothing is said",
      [opened("a", ago(9), { process: null, heartbeat_ms: null }), start("a", ago(8))],
      "running",
    ],
    [
      "nonsense",
      [opened("a", ago(20), { process: { host: 1, pid: "x" }, heartbeat_ms: "often" }), start("a", ago(19))],
      "orphaned",
    ],
    [
      "a beginning that is no object",
      [{ ...opened("a", ago(20)), detail: "x" }, start("a", ago(19))],
      "orphaned",
    ],
  ])("%s", async (_what, entries, state) => {
    expect(await counted(entries)).toEqual({ running: 0, orphaned: 0, [state]: 1 });
  });

  test("also when it goes on behind the period", async () => {
    const period = { since: ago(3 * 24 * 60), until: ago(2 * 24 * 60) };
    const began = ago(2.5 * 24 * 60);
    const entries = [
      opened("a", began),
      start("a", began),
      call("a", ago(1)),
      opened("b", began),
      start("b", began),
    ];
    expect(await counted(entries, period)).toEqual({ running: 1, orphaned: 1 });
  });
});

test("each exchange counts once, by its first start, and has its end wherever that stands", async () => {
  const at = ago(3 * 24 * 60);
  const entries = [
    opened("a", at),
    ...[1, 2].map(() => start("a", at, "twice")),
    start("a", at, "ended"),
    { ...call("b", at, "ended"), recorded_at: ago(60).toISOString() },
    start("a", ago(60), "set-back"),
    { ...call("c", ago(60), "set-back"), recorded_at: at.toISOString() },
    call("a", ago(59), "never-begun"),
    start("a", ago(60), "late"),
    { ...start("a", at, "x"), exchange_id: null },
  ];
  expect(await counted(entries)).toEqual({ running: 0, orphaned: 2 });
  expect(await counted(entries, { since: ago(120), until: null })).toEqual({ running: 0, orphaned: 1 });
  expect(await counted(entries, { since: null, until: ago(120) })).toEqual({ running: 0, orphaned: 1 });
});

test("where nothing was written down before, one question is asked", async () => {
  const questions: string[] = [];
  await withCounted(
    journalOf([opened("a", now), call("a", now)]),
    { time: everything, period: everything, before: null },
    async (asked, { lastWritten }) => {
      const ask: typeof asked.ask = (statement) => {
        questions.push(statement.text);
        return asked.ask(statement);
      };
      expect(await countOrphans({ ...asked, ask }, everything, { now, lastWritten })).toEqual({
        running: 0,
        orphaned: 0,
      });
    },
  );
  expect(questions).toHaveLength(1);
});
