import { flakySink, memorySink, type SinkFault } from "@openrouter-audit/testing/sink";
import fc from "fast-check";
import type { AuditProblem } from "../src/audit-error.ts";
import { type AuditEventMap, AuditEvents } from "../src/audit-events.ts";
import type { AuditSink } from "../src/delivery/sink.ts";
import { draftEntry } from "../src/entry/draft-entry.ts";
import type { EntryDraft } from "../src/entry/entry.ts";
import { rootSigner } from "../src/keys/root-key.ts";
import { MemoryLog, type MemoryLogOptions } from "../src/memory/memory-log.ts";
import { codeOf, secret } from "./support/journals.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { gapsIn, verifiedAlone } from "./support/verified-alone.ts";

const service = { name: "test-service", version: null, instance: "host/1" };
const root = rootSigner(secret, "openrouter-audit");

function draft(metadata: EntryDraft["metadata"] = {}): EntryDraft {
  return draftEntry({
    event_type: "test.event",
    timestamp: new Date().toISOString(),
    service,
    status: "success",
    attribution: { how: "no_context", source: null },
    metadata,
  });
}

function open(
  sinks: readonly AuditSink[],
  { required = 1, ...options }: Partial<MemoryLogOptions> & { required?: number } = {},
) {
  const clock = new ManualClock();
  const problems: AuditProblem[] = [];
  const events = new AuditEvents((problem) => problems.push(problem));
  const gaps: AuditEventMap["gap"][0][] = [];
  events.on("gap", (gap) => gaps.push(gap));
  const log = new MemoryLog({
    name: "openrouter-audit",
    root,
    service,
    library: { name: "test", version: "0" },
    heartbeatMs: 300_000,
    guarantee: "recorded",
    sinks: sinks.map((sink, index) => ({ sink, isRequired: index < required })),
    buffer: { entries: 10_000, bytes: 64 << 20 },
    recordTimeoutMs: 10_000,
    events,
    clock,
    ...options,
  });
  return { log, clock, problems, gaps, codes: () => problems.map(({ code }) => code) };
}

/** Ends a log, as time passes. */
async function ended({ log, clock }: ReturnType<typeof open>): Promise<void> {
  await log.close("test");
  let over = false;
  const closing = log.delivery.close(5000).then(() => (over = true));
  await clock.until(() => over);
  await closing;
}

const whole = { state: "closed", wrong: [] };

const typesIn = (sink: { entries: readonly { event_type: string }[] }) => {
  return sink.entries.map(({ event_type }) => event_type);
};

test("a log in memory begins, keeps its order, ends, and verifies from what the sink has", async () => {
  const sink = memorySink();
  const opened = open([sink]);
  const sealed = await Promise.all([1, 2, 3].map((index) => opened.log.append(draft({ index }))));
  expect(sealed.map(({ place }) => place.seq)).toEqual([1, 2, 3]);
  await opened.log.delivery.reached(1000);
  expect(typesIn(sink)).toEqual(["audit.opened", "test.event", "test.event", "test.event"]);
  await ended(opened);
  expect(typesIn(sink).at(-1)).toBe("audit.closed");
  expect(sink.closed).toBe(true);
  expect(sink.entries[0]!.detail).toMatchObject({ guarantee: "recorded", links: [], torn_files: [] });
  // Made together, they share a signature.
  expect(sink.entries.map(({ signature }) => signature !== "")).toEqual([true, false, false, true, true]);
  expect(await verifiedAlone(sink.entries, root.vkey)).toEqual(whole);
});

test("what does not fit is not sealed: the log has no hole, and says how many it lacks when there is room again", async () => {
  const memory = memorySink();
  const flaky = flakySink(memory);
  const opened = open([flaky], { buffer: { entries: 10, bytes: 1 << 20 } });
  flaky.goDown();
  await opened.clock.pass(5000);
  let refused = 0;
  for (let sent = 0; sent < 25; sent += 1) {
    await opened.log.append(draft({ sent }), { untold: true }).catch(({ code }) => {
      expect(code).toBe("JOURNAL_BUSY");
      refused += 1;
    });
  }
  expect(refused).toBeGreaterThan(10);
  expect(opened.log.failure?.code).toBe("JOURNAL_BUSY");
  expect(opened.log.status()).toMatchObject({
    lost: refused,
    waiting: { entries: 10 },
    failure: { code: "JOURNAL_BUSY" },
  });
  // Who is told may try again, and is no loss.
  expect(await codeOf(() => opened.log.append(draft()))).toBe("JOURNAL_BUSY");
  // What has happened already is kept in any case.
  await opened.log.append(draft({ owed: true }), { owed: true });
  expect(opened.log.status().waiting.entries).toBe(11);
  flaky.comeBack();
  await opened.clock.until(() => opened.log.failure === null);
  await opened.log.append(draft({ after: true }));
  await ended(opened);
  expect(gapsIn(memory.entries)).toBe(refused);
  expect(opened.gaps).toMatchObject([{ reason: "sink_unavailable", count: refused }]);
  expect(typesIn(memory).slice(-3)).toEqual(["audit.gap", "test.event", "audit.closed"]);
  expect(opened.codes().filter((code) => code === "JOURNAL_BUSY")).toHaveLength(1);
  expect(await verifiedAlone(memory.entries, root.vkey)).toEqual(whole);
});

test("for any sequence of failures, sent is stored plus the signed gaps, and what is stored is one intact log", async () => {
  const fault = fc.oneof(
    { weight: 3, arbitrary: fc.constant<SinkFault>({}) },
    fc.record({ fail: fc.oneof(fc.constantFrom("before" as const, "after" as const), fc.nat(5)) }),
    fc.constant<SinkFault>({ hang: "until_aborted" }),
  );
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }), owed: fc.boolean() }),
    fc.record({ faults: fc.array(fault, { maxLength: 6 }), sink: fc.nat(1) }),
    fc.record({ pass: fc.integer({ min: 1, max: 40_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 40 }),
      async (steps, entries) => {
        const memories = [memorySink({ name: "a", limits: { entries: 7 } }), memorySink({ name: "b" })];
        const flakies = memories.map((memory) => flakySink(memory));
        const opened = open(flakies, { buffer: { entries, bytes: 1 << 20 } });
        let sent = 0;
        for (const one of steps) {
          if ("append" in one) {
            for (let made = 0; made < one.append; made += 1) {
              sent += 1;
              void opened.log
                .append(draft(), { owed: one.owed && made % 7 === 0, untold: true })
                .catch(() => undefined);
            }
          } else if ("faults" in one) flakies[one.sink]!.next(...one.faults);
          await opened.clock.pass("pass" in one ? one.pass : 0);
        }
        await opened.clock.until(() => opened.log.delivery.status().every(({ lag }) => lag.bytes === 0));
        for (const flaky of flakies) flaky.comeBack();
        await ended(opened);
        for (const memory of memories) {
          const stored = typesIn(memory).filter((type) => type === "test.event").length;
          expect(stored + gapsIn(memory.entries)).toBe(sent);
          // To find out whether one entry alone is refused, another one is tried before it, and comes again later.
          const entries = memory.entries.toSorted((a, b) => a.seq - b.seq);
          expect(await verifiedAlone(entries, root.vkey)).toEqual(whole);
        }
        expect(flakies.map(({ overlaps }) => overlaps)).toEqual([0, 0]);
        expect(opened.log.status().waiting).toEqual({ entries: 0, bytes: 0 });
      },
    ),
    { numRuns: 40 },
  );
});

test("callers wait for the required sinks, and are told by name and number when one does not take what they sent", async () => {
  const required = flakySink(memorySink({ name: "postgres" }));
  const other = flakySink(memorySink({ name: "archive" }));
  const opened = open([required, other]);
  other.goDown();
  await opened.log.append(draft());
  await opened.log.delivery.reached(1000);
  required.next({ hang: "until_released" });
  await opened.log.append(draft());
  const reached = opened.log.delivery.reached(1000).catch((error) => error);
  await opened.clock.pass(1000);
  expect(await reached).toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(/^Not delivered to the sink postgres \(1 entry\)\. 1 s was not enough\./),
  });
  // Nothing new is begun for a sink that callers waited for in vain, before it has that.
  expect(opened.log.delivery.failure).toMatchObject({ code: "SINK_UNAVAILABLE" });
  required.release();
  await opened.log.delivery.reached(1000);
  expect(opened.log.delivery.failure).toBeNull();
  const flushed = opened.log.delivery.flush(2000).catch((error) => error);
  await opened.clock.pass(2000);
  expect(await flushed).toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(/sink archive \(3 entries: The sink archive failed, as it was told to\)/),
  });
  other.comeBack();
  await opened.log.delivery.flush(2000);
  await opened.clock.pass(0);
  expect(opened.log.delivery.status()).toMatchObject([
    { name: "postgres", required: true, delivered: 3, lag: { bytes: 0, ms: 0 } },
    { name: "archive", required: false, delivered: 3, state: "idle" },
  ]);
  await ended(opened);
});

test("who does not insist waits for a sink until it is known to fail, and that is said once", async () => {
  const sink = { name: "must", write: () => new Promise<void>(() => {}) };
  const opened = open([sink]);
  await opened.log.append(draft({}));
  const codes: unknown[] = [];
  const told = (error: { code?: unknown }) => void codes.push(error.code);
  opened.log.delivery.reached(60_000, { untilFailure: true }).catch(told);
  opened.log.delivery.reached(2_000.4).catch(told);
  await opened.clock.pass(1_900);
  expect([codes, opened.codes()]).toEqual([[], []]);
  await opened.clock.pass(200);
  expect(codes).toEqual(["SINK_UNAVAILABLE", "SINK_UNAVAILABLE"]);
  expect(opened.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("not taken within 2 s"),
  ]);
  await opened.clock.pass(60_000);
  expect(opened.codes()).toEqual(["SINK_UNAVAILABLE", "SINK_UNAVAILABLE"]);
  expect(opened.problems[1]!.message).toContain("a write does not end");
  await ended(opened);
});

test("flush tells what was lost before it, too", async () => {
  const memory = memorySink();
  const flaky = flakySink(memory);
  const opened = open([flaky], { buffer: { entries: 4, bytes: 1 << 20 } });
  flaky.goDown();
  for (let sent = 0; sent < 20; sent += 1)
    await opened.log.append(draft(), { untold: true }).catch(() => undefined);
  flaky.comeBack();
  await opened.log.flush();
  await opened.log.delivery.flush(1000);
  expect(typesIn(memory).filter((type) => type === "test.event").length + gapsIn(memory.entries)).toBe(20);
  await ended(opened);
});

test("close delivers what time allows, and says exactly what is lost", async () => {
  const memory = memorySink({ limits: { entries: 4 } });
  const flaky = flakySink(memory, ({ index }) => (index < 2 ? {} : { hang: "until_aborted" }));
  const opened = open([flaky]);
  await Promise.all(Array.from({ length: 10 }, () => opened.log.append(draft())));
  await ended(opened);
  // audit.opened alone, four of ten; six and audit.closed are not with the sink.
  const stored = memory.entries.length;
  const lost = 12 - stored;
  expect(lost).toBeGreaterThan(0);
  expect(opened.log.delivery.failure).toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(new RegExp(`memory \\(${lost} entries.*lost`)),
  });
  expect(opened.problems.at(-1)).toMatchObject({ code: "SINK_UNAVAILABLE" });
  expect(opened.gaps).toMatchObject([{ reason: "sink_unavailable", count: lost }]);
  expect(flaky.writes.at(-1)!.ended).toBe("aborted");
  expect(memory.closed).toBe(true);
  expect(await codeOf(() => opened.log.append(draft()))).toBe("LOG_CLOSED");
});

test("what nobody is told any more because the gap itself is lost, close says too", async () => {
  const flaky = flakySink(memorySink());
  flaky.goDown();
  const opened = open([flaky], { buffer: { entries: 5, bytes: 1 << 20 } });
  let lost = 0;
  for (let sent = 0; sent < 20; sent += 1)
    await opened.log.append(draft(), { untold: true }).catch(() => (lost += 1));
  await ended(opened);
  expect(opened.log.delivery.failure?.message).toMatch(
    new RegExp(
      `^Not delivered to the sink memory \\(7 entries, among them the word of ${lost} that were dropped before`,
    ),
  );
  expect(lost).toBe(16);
});

test("a sink whose last write never ends is not closed, and close ends all the same", async () => {
  const memory = memorySink();
  const flaky = flakySink(memory);
  flaky.goDown({ hang: "until_released" });
  const opened = open([flaky]);
  await ended(opened);
  expect(memory.closed).toBe(false);
  expect(opened.log.delivery.failure?.code).toBe("SINK_UNAVAILABLE");
  flaky.release();
});

test("what a sink never takes is said in the log, with its places; of what the log says itself no more is said", async () => {
  const memory = memorySink();
  const bad = (entry: { event_type: string; metadata: object }) => "bad" in entry.metadata;
  const flaky = flakySink(memory, () => ({
    reject: (entry) => (bad(entry) ? "too odd" : entry.event_type === "audit.closed" ? "no ends" : null),
  }));
  const opened = open([flaky]);
  for (const metadata of [{}, { bad: 1 }, {}, { bad: 2 }, {}]) await opened.log.append(draft(metadata));
  await opened.log.delivery.flush(1000);
  await ended(opened);
  const gaps = memory.entries.filter(({ event_type }) => event_type === "audit.gap");
  expect(gaps.flatMap(({ detail }) => detail!.seqs)).toEqual([2, 4]);
  expect(gaps[0]!.detail).toMatchObject({ reason: "sink_rejected", sink: "memory" });
  expect(typesIn(memory).filter((type) => type === "test.event").length + gapsIn(memory.entries)).toBe(5);
  expect(opened.codes()).toContain("ENTRY_REJECTED");
});

test("silence is broken by heartbeats, and the key comes again every 500 entries, so that a part verifies too", async () => {
  const memory = memorySink();
  const opened = open([memory]);
  await opened.log.append(draft());
  await opened.clock.pass(300_000);
  await opened.clock.pass(300_000);
  expect(typesIn(memory)).toEqual(["audit.opened", "test.event", "audit.heartbeat", "audit.heartbeat"]);
  for (let sent = 0; sent < 1010; sent += 1) await opened.log.append(draft());
  await ended(opened);
  expect(typesIn(memory).filter((type) => type === "audit.heartbeat")).toHaveLength(4);
  expect(await verifiedAlone(memory.entries, root.vkey)).toEqual(whole);
});

describe("a root key that is far away", () => {
  function keyService() {
    const calls: {
      resolve: (signature: string | Promise<string>) => void;
      reject: (error: Error) => void;
      text: string;
    }[] = [];
    const sign = (text: string) =>
      new Promise<string>((resolve, reject) => calls.push({ resolve, reject, text }));
    return { calls, far: { vkey: root.vkey, sign } };
  }

  test("fails: who waits is told, entries are kept, and it is tried again", async () => {
    const { calls, far } = keyService();
    const memory = memorySink();
    const opened = open([memory], { root: far, buffer: { entries: 3, bytes: 1 << 20 } });
    const first = codeOf(() => opened.log.append(draft({ first: true })));
    await opened.clock.pass(0);
    calls[0]!.reject(new Error("no such key"));
    expect(await first).toBe("JOURNAL_UNWRITABLE");
    expect(opened.log.failure).toMatchObject({ message: expect.stringContaining("no such key") });
    for (let sent = 0; sent < 5; sent += 1) await codeOf(() => opened.log.append(draft(), { untold: true }));
    await opened.clock.until(() => calls.length === 2);
    calls[1]!.resolve(root.sign(calls[1]!.text));
    await opened.clock.until(() => opened.log.failure === null);
    await ended(opened);
    expect(gapsIn(memory.entries)).toBe(3);
    expect(typesIn(memory).filter((type) => type === "test.event")).toHaveLength(3);
    expect(await verifiedAlone(memory.entries, root.vkey)).toEqual(whole);
    expect(opened.codes()).toContain("JOURNAL_UNWRITABLE");
  });

  test("does not answer: nobody waits longer than they said, and its late answer counts", async () => {
    const { calls, far } = keyService();
    const memory = memorySink();
    const opened = open([memory], { root: far, recordTimeoutMs: 2000 });
    const first = codeOf(() => opened.log.append(draft()));
    await opened.clock.pass(2000);
    expect(await first).toBe("JOURNAL_UNWRITABLE");
    calls[0]!.resolve(root.sign(calls[0]!.text));
    await opened.clock.until(() => opened.log.failure === null);
    await ended(opened);
    expect(typesIn(memory)).toEqual(["audit.opened", "test.event", "audit.closed"]);
  });

  test("never answers: close says how many are lost", async () => {
    const { calls, far } = keyService();
    const opened = open([memorySink()], { root: far });
    const lost = [1, 2].map(() => codeOf(() => opened.log.append(draft())));
    const closing = opened.log.close("test").catch((error) => error);
    await opened.clock.pass(0);
    calls[0]!.reject(new Error("gone"));
    expect(await closing).toMatchObject({
      code: "JOURNAL_UNWRITABLE",
      message: expect.stringMatching(/gone\. 2 entries/),
    });
    expect(await Promise.all(lost)).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_UNWRITABLE"]);
    await opened.log.delivery.close(0);
  });
});
