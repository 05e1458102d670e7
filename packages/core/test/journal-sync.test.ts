import { jest } from "@jest/globals";
import type { JournalOptions } from "../src/journal/journal.ts";
import { FaultyDisk } from "./support/faulty-disk.ts";

const disk = new FaultyDisk();
jest.unstable_mockModule("node:fs", () => disk.module);
// Not before: what it imports must find this disk.
const { entriesIn, newDirectoryInMemory } = await import("./support/journals.ts");
const { draftOf, openJournal, outcomesOf, verification } = await import("./support/open-journal.ts");

afterEach(() => {
  disk.faults = [];
  disk.done = [];
  disk.closesBadly = false;
  jest.useRealTimers();
});

/** Begun, and nothing to flush. */
async function opened(options: Partial<JournalOptions>) {
  const directory = newDirectoryInMemory();
  const open = openJournal(directory, options);
  await open.journal.flush();
  return { directory, ...open };
}

/** Time passes when the test says so; the clock goes with it. */
function useClock() {
  jest.useFakeTimers({
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "setInterval",
      "clearInterval",
    ],
  });
}

test("commit: each commit is one write, and is called recorded only when it is flushed", async () => {
  const { journal } = await opened({ sync: "commit" });
  disk.done = [];
  const before: string[][] = [];
  for (let commit = 0; commit < 2; commit += 1) {
    await Promise.all(["one", "two", "three"].map((text) => journal.append(draftOf(text))));
    before.push([...disk.done]);
  }
  expect(before).toEqual([
    ["write", "flush"],
    ["write", "flush", "write", "flush"],
  ]);
  await journal.close("done");
});

test("interval: what was recorded is flushed when the interval is over, and not again", async () => {
  useClock();
  const { journal } = await opened({ sync: "interval", syncIntervalMs: 500 });
  await jest.advanceTimersByTimeAsync(500);
  await disk.flushed(1);
  disk.done = [];
  await journal.append(draftOf("one"));
  await jest.advanceTimersByTimeAsync(300);
  await journal.append(draftOf("two"));
  await jest.advanceTimersByTimeAsync(199);
  expect(disk.done).toEqual(["write", "write"]);
  await jest.advanceTimersByTimeAsync(1);
  await disk.flushed(1);
  await jest.advanceTimersByTimeAsync(5000);
  expect(disk.done).toEqual(["write", "write", "flush"]);
  // Nothing is left for later at the end.
  await journal.close("done");
  expect(disk.done.slice(3)).toEqual(["write", "flush"]);
});

test("interval: a day's file is flushed before the next is begun", async () => {
  useClock();
  jest.setSystemTime(new Date("2026-11-24T23:59:59.900Z"));
  const { journal, told } = await opened({ sync: "interval", syncIntervalMs: 60_000 });
  await journal.append(draftOf("one"));
  disk.done = [];
  jest.setSystemTime(new Date("2026-11-25T00:00:00.000Z"));
  await journal.append(draftOf("two"));
  expect(disk.done).toEqual(["flush", "write"]);
  expect(told).toEqual(["rotated audit_2026-11-24.jsonl audit_2026-11-25.jsonl"]);
  await journal.close("done");
});

test("interval: a flush that fails is told, and a new log is begun", async () => {
  useClock();
  const { journal, problems, directory } = await opened({ sync: "interval", syncIntervalMs: 500 });
  const at = new Date().toISOString();
  await journal.append(draftOf("one"));
  disk.faults = ["refused"];
  await jest.advanceTimersByTimeAsync(500);
  await disk.flushed(1);
  await journal.flush();
  expect(problems).toEqual([
    expect.objectContaining({ code: "SYNC_FAILED", message: expect.stringContaining(`since ${at}: EIO`) }),
  ]);
  await journal.append(draftOf("two"));
  await journal.close("done");
  expect(entriesIn(directory).map(({ event_type }) => event_type)).toEqual([
    "audit.opened",
    "test.event",
    "audit.opened",
    "test.event",
    "audit.closed",
  ]);
  expect((await verification(directory)).problems.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
});

test("interval: a log that is given up for another reason is flushed all the same", async () => {
  const { journal, problems } = await opened({ sync: "interval", syncIntervalMs: 60_000 });
  disk.done = [];
  disk.faults = ["refused"];
  await journal.append(draftOf("one"));
  await disk.flushed(1);
  await journal.close("done");
  expect(problems.map(({ code }) => code)).toEqual(["COMMIT_RETRIED"]);
});

test("interval: the end of a log that cannot be flushed is written again in another", async () => {
  const { journal, told, directory } = await opened({ sync: "interval", syncIntervalMs: 60_000 });
  disk.faults = ["none", "refused"];
  await journal.close("done");
  expect(told).toEqual(["SYNC_FAILED", "COMMIT_RETRIED"]);
  const closed = entriesIn(directory).filter(({ event_type }) => event_type === "audit.closed");
  expect([closed.length, new Set(closed.map(({ id }) => id)).size]).toEqual([2, 1]);
});

test("interval: a flush that takes longer than the interval holds up what follows, so that nothing is promised for ever", async () => {
  const { journal, told } = await opened({ sync: "interval", syncIntervalMs: 20, recordTimeoutMs: 200 });
  const goOn = disk.holdFlushes();
  let recorded = 1;
  while ((await outcomesOf([journal.append(draftOf("one"))]))[0] === "recorded") recorded += 1;
  expect(journal.failure).toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  goOn();
  await journal.flush();
  expect(journal.status()).toMatchObject({ recorded, lost: 0 });
  await journal.close("done");
  expect(told).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED", "recovered journal"]);
});

test("never: nothing is flushed", async () => {
  const { journal } = await opened({ sync: "never" });
  expect(await outcomesOf([journal.append(draftOf("one"))])).toEqual(["recorded"]);
  await journal.close("done");
  expect(disk.done).toEqual(["write", "write", "write"]);
});

test.each(["commit", "interval"] as const)(
  "%s: that a file closes with an error takes nothing back of what was recorded",
  async (sync) => {
    const { directory, journal } = await opened({ sync });
    await journal.append(draftOf("one"));
    disk.closesBadly = true;
    // The log goes on in a new one, and lets go of the file of the old.
    disk.faults = ["refused"];
    await journal.append(draftOf("two"));
    await journal.close("done");
    expect(entriesIn(directory).at(-1)!.event_type).toBe("audit.closed");
    expect((await verification(directory)).problems.filter(({ result }) => result === "tampered")).toEqual(
      [],
    );
  },
);
