import type { AuditHealth, AuditLogOptions } from "@openrouter-audit/core";
import { healthOf } from "../../packages/core/src/health/health.ts";
import type { Observed } from "../../packages/core/src/health/observed.ts";
import { openWorld, until } from "../support/audited-world.ts";
import { breakJournal, canBreakJournal } from "../support/break-journal.ts";
import { asking } from "../support/same-with-audit.ts";

const testBroken = canBreakJournal ? test : test.skip;
const brief = ({ status, reasons }: AuditHealth) => [
  status,
  ...reasons.map(({ part, code, failing }) => ({ part, code, failing })),
];

test("a log that is well says so, in plain data", async () => {
  const { audit, fake, directory } = await openWorld();
  await audit.record({ event_type: "test.event" });
  const underWay = await audit.fetch(`${fake.url}/chat/completions`, asking());
  await until(() => audit.health().disk!.lookedAt !== null);
  const health = audit.health();
  expect(JSON.parse(JSON.stringify(health))).toEqual(health);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(health).toEqual({
    status: "ok",
    refusing: false,
    reasons: [],
    guarantee: "recorded",
    onFailure: "block",
    directory: expect.stringContaining(directory),
    openSince: time,
    callsRunning: 1,
    journal: {
      log: expect.stringMatching(/^openrouter-audit\//),
      file: expect.stringMatching(/^audit_.*\.jsonl$/),
      recorded: expect.any(Number),
      lost: 0,
      waiting: { entries: 0, bytes: 0 },
      lastRecordedAt: time,
      commits: { count: expect.any(Number), ms: expect.any(Number) },
      failure: null,
    },
    disk: {
      state: "ok",
      freeBytes: expect.any(Number),
      totalBytes: expect.any(Number),
      warnBytes: expect.any(Number),
      stopBytes: expect.any(Number),
      quota: null,
      lookedAt: time,
    },
    sinks: [],
  });
  await underWay.text();
  expect(audit.health().callsRunning).toBe(0);
});

testBroken.each([
  ["block", "failing", true],
  ["continue", "degraded", false],
] as const)("a journal that cannot be written is, with %s, %s", async (onFailure, status, failing) => {
  const options: AuditLogOptions = { onFailure };
  const { audit, fake, directory } = await openWorld({ audit: options });
  const mend = breakJournal(directory);
  const answer = audit.fetch(`${fake.url}/chat/completions`, asking());
  await answer.then((response) => response.text()).catch(() => undefined);
  const health = audit.health();
  expect(brief(health)).toEqual([status, { part: "journal", code: "JOURNAL_UNWRITABLE", failing }]);
  expect(health.refusing).toBe(failing);
  expect(health.reasons[0]!.message).toMatch(/Cannot write .*Since .*Z\. 1 entry waits in memory \(.*\)\.$/);
  mend();
  await until(() => audit.health().status === "ok", 15_000);
});

test("a closed log fails: it takes no calls", async () => {
  const { audit } = await openWorld();
  await audit.close();
  expect(brief(audit.health())).toEqual(["failing", { part: "log", code: "LOG_CLOSED", failing: true }]);
  expect(audit.health().refusing).toBe(true);
});

describe("what is not well", () => {
  const sink = {
    name: "archive",
    required: false,
    state: "idle",
    delivered: 7,
    rejected: 0,
    lag: { bytes: 0, ms: 0 },
    failures: 0,
    lastError: null,
    lastDeliveredAt: null,
  } as const;
  const since = "2026-11-25T12:00:00.000Z";
  const unwritable = { code: "JOURNAL_UNWRITABLE", message: "Cannot write.", since };
  const journal = {
    log: "log",
    file: null,
    recorded: 0,
    lost: 0,
    waiting: { entries: 0, bytes: 0 },
    lastRecordedAt: null,
    commits: null,
    failure: null,
  };
  const well: Observed = {
    guarantee: "recorded",
    onFailure: "block",
    directory: null,
    openSince: since,
    callsRunning: 0,
    journal,
    disk: null,
    sinks: [sink],
    refusal: null,
    littleRoom: null,
    buffer: { entries: 10, bytes: 1000 },
  };
  const late = { bytes: 4096, ms: 61_000 };

  test.each<[string, Partial<Observed>, unknown[]]>([
    ["nothing", {}, ["ok"]],
    ["an old loss is no failure of now", { journal: { ...journal, lost: 5 } }, ["ok"]],
    ["a sink of another process", { sinks: [{ ...sink, state: "elsewhere" }] }, ["ok"]],
    [
      "a sink that is retried",
      { sinks: [{ ...sink, state: "retrying", failures: 2, lastError: "503" }] },
      ["degraded", { part: "sink", code: "SINK_FAILING", failing: false }],
    ],
    [
      "a sink that hangs",
      { sinks: [{ ...sink, state: "hanging" }] },
      ["degraded", { part: "sink", code: "SINK_FAILING", failing: false }],
    ],
    [
      "a sink that is behind",
      { sinks: [{ ...sink, state: "delivering", lag: late }] },
      ["degraded", { part: "sink", code: "SINK_BEHIND", failing: false }],
    ],
    [
      "a required sink that fails, with block",
      {
        refusal: { code: "SINK_UNAVAILABLE", message: "The sink is away." },
        sinks: [{ ...sink, required: true, state: "retrying", failures: 9 }],
      },
      [
        "failing",
        { part: "sink", code: "SINK_UNAVAILABLE", failing: true },
        { part: "sink", code: "SINK_FAILING", failing: false },
      ],
    ],
    [
      "a required sink that was waited for in vain, with continue",
      { sinks: [{ ...sink, required: true, state: "delivering", lastError: "not within 10 ms" }] },
      ["degraded", { part: "sink", code: "SINK_FAILING", failing: false }],
    ],
    [
      "a required sink that lacks what it did not take",
      { sinks: [{ ...sink, required: true, rejected: 1 }] },
      ["degraded", { part: "sink", code: "ENTRY_REJECTED", failing: false }],
    ],
    ["another sink that lacks what it did not take", { sinks: [{ ...sink, rejected: 1 }] }, ["ok"]],
    [
      "no more room in memory, with continue",
      {
        onFailure: "continue",
        journal: { ...journal, failure: unwritable, waiting: { entries: 10, bytes: 9 } },
      },
      ["failing", { part: "journal", code: "JOURNAL_UNWRITABLE", failing: true }],
    ],
    [
      "more calls than the disk writes, with continue",
      { onFailure: "continue", journal: { ...journal, failure: { ...unwritable, code: "JOURNAL_BUSY" } } },
      ["failing", { part: "journal", code: "JOURNAL_BUSY", failing: true }],
    ],
  ])("%s", (_what, seen, expected) => {
    expect(brief(healthOf({ ...well, ...seen }))).toEqual(expected);
  });

  test("is said in words", () => {
    const sinks = [{ ...sink, state: "retrying", failures: 2, lastError: "503", lag: late }] as const;
    expect(healthOf({ ...well, sinks }).reasons[0]!.message).toBe(
      'The sink "archive" has failed 2 times in a row (503); 4 KiB wait for it, the oldest for 61 s.',
    );
    const once = [{ ...sinks[0], failures: 1 }];
    expect(healthOf({ ...well, sinks: once }).reasons[0]!.message).toMatch(/ has failed once \(503\); /);
  });

  test("is said once: why a required sink refuses stands in the refusal", () => {
    const sinks = [{ ...sink, required: true, state: "retrying", failures: 2, lastError: "503" }] as const;
    const refusal = { code: "SINK_UNAVAILABLE", message: "The sink archive does not have it: 503." };
    expect(healthOf({ ...well, sinks, refusal }).reasons.map(({ message }) => message)).toEqual([
      refusal.message,
      'The sink "archive" has failed 2 times in a row; 0 B wait for it, the oldest for 0 s.',
    ]);
  });
});
