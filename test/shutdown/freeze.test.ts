import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AuditLog, verifyJournal } from "@openrouter-audit/core";
import { Deadline } from "../../packages/core/src/shutdown/deadline.ts";
import { entriesIn } from "../support/audited-world.ts";
import { temporaryDirectory } from "../support/journal.ts";
import { Child } from "./child.ts";
import { startUpstream, wholeAnswer } from "./upstream.ts";

const { jest } = import.meta;
const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });
/** Longer than a commit may take. */
const frozenMs = 1300;
const audit = { recordTimeoutMs: 1000 };

test("a process that is frozen in the middle of commits loses none, and takes that for no failure of the disk", async () => {
  const directory = temporaryDirectory();
  const child = new Child("writers.mjs", { directory, audit });
  const pid = await child.says("began");
  for (const ms of [frozenMs, 0, 0, 0]) {
    await child.says(`recorded ${pid}`, child.all(`recorded ${pid}`).length + 20);
    child.kill("SIGSTOP");
    await sleep(ms);
    child.kill("SIGCONT");
  }
  await child.says(`recorded ${pid}`, child.all(`recorded ${pid}`).length + 20);
  child.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
  expect(child.all("problem")).toEqual([]);
  const ids = new Set(entriesIn(directory).map(({ id }) => id));
  expect(child.all(`recorded ${pid}`).filter((id) => !ids.has(id))).toEqual([]);
  const { problems, logs } = await verifyJournal(directory, inAnHour());
  expect([problems, logs.map(({ state }) => state)]).toEqual([[], ["closed"]]);
});

test("a stream that ends while the process is frozen is a success when it is thawed, also while it waits to end", async () => {
  const upstream = await startUpstream();
  const directory = temporaryDirectory();
  const given = { kind: "http", directories: [directory], baseURL: upstream.url, audit };
  const child = new Child("app.mjs", { ...given, close: { options: { waitForCallsMs: 30_000 } } });
  const answer = await fetch(`http://127.0.0.1:${await child.says("listening")}/chat`);
  child.kill("SIGTERM");
  child.kill("SIGSTOP");
  upstream.finish();
  await sleep(frozenMs);
  child.kill("SIGCONT");
  expect(await answer.text()).toBe(`${wholeAnswer};again`);
  expect(await child.ended).toEqual({ code: null, signal: "SIGTERM" });
  upstream.close();
  expect(entriesIn(directory).map(({ status }) => status)).toEqual(["success", "success"]);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test.each(["shared", "per_process"] as const)(
  "a clock that has jumped, forward and back, leaves a journal that is intact (files: %s)",
  async (files) => {
    const doNotFake = [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
    ];
    doNotFake.push("setInterval", "clearInterval", "setTimeout", "clearTimeout");
    jest.useFakeTimers({ doNotFake: doNotFake as never, now: new Date("2026-11-24T23:59:59.000Z") });
    try {
      const directory = temporaryDirectory();
      const log = new AuditLog({ directory, files, secret: "s".repeat(32) });
      const event = { event_type: "test.event" } as const;
      const recorded = [log.record(event)];
      for (const time of [
        "2026-11-27T04:00:00.000Z",
        "2026-11-24T12:00:00.000Z",
        "2026-11-28T00:00:00.000Z",
      ]) {
        // Some are sealed when it jumps, others wait.
        await recorded[0];
        recorded.push(log.record(event), log.record(event));
        jest.setSystemTime(new Date(time));
        recorded.push(log.record(event));
      }
      await Promise.all(recorded);
      await log.close();
      const { problems, logs } = await verifyJournal(directory, { now: new Date("2027-01-01T00:00:00Z") });
      expect([problems, logs.map(({ state }) => state)]).toEqual([[], ["closed"]]);
      expect(entriesIn(directory)).toHaveLength(recorded.length);
    } finally {
      jest.useRealTimers();
    }
  },
);

describe("a deadline", () => {
  const never = new Promise<never>(() => {});
  /** As a process that is stopped: timers are late, and what the system has done meanwhile is not seen yet. */
  const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

  test("that passes while the process stands still lets what was done meanwhile count", async () => {
    const made = join(temporaryDirectory(), "made");
    const work = mkdir(made);
    const allowed = new Deadline(10).allows(work);
    await null;
    do standStill(50);
    while (!existsSync(made));
    expect(await allowed).toBe(true);
  });

  test("counts a long standstill as a second", async () => {
    const deadline = new Deadline(5000);
    const allowed = deadline.allows(sleep(1));
    await null;
    jest.spyOn(performance, "now").mockReturnValue(performance.now() + 3_600_000);
    expect(await allowed).toBe(true);
    jest.restoreAllMocks();
    expect(deadline.left).toBe(4000);
  });

  test("is over when it is, when somebody hurries, and allows what is done already however late it is", async () => {
    expect(await new Deadline(5).allows(never)).toBe(false);
    expect(await new Deadline(0).allows(never)).toBe(false);
    expect(await new Deadline(0).allows(Promise.resolve(1))).toBe(true);
    const hurry = new AbortController();
    const allowed = new Deadline(3_600_000, hurry.signal).allows(never);
    hurry.abort();
    expect(await allowed).toBe(false);
    expect(await new Deadline(1000).allows(Promise.reject(new Error("told to its owner")))).toBe(true);
  });

  test("is shared by what is waited for one after the other", async () => {
    const deadline = new Deadline(40);
    expect(await deadline.allows(sleep(10))).toBe(true);
    expect(deadline.left).toBeLessThan(40);
    expect(await deadline.allows(never)).toBe(false);
    expect(deadline.left).toBe(0);
  });
});
