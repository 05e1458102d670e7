import { jest } from "@jest/globals";
import fc from "fast-check";
import type { AppendOptions } from "../src/recorder.ts";
import { type Fault, FaultyDisk } from "./support/faulty-disk.ts";

const disk = new FaultyDisk();
jest.unstable_mockModule("node:fs", () => disk.module);
// Not before: what it imports must find this disk.
const { entriesIn, newDirectoryInMemory } = await import("./support/journals.ts");
const { readJournal } = await import("../src/index.ts");
const { draftOf, openJournal, outcomesOf } = await import("./support/open-journal.ts");

afterEach(() => {
  disk.faults = [];
  disk.isGone = false;
});

function openSmall(buffer: { entries: number; bytes: number }) {
  const directory = newDirectoryInMemory();
  return { directory, ...openJournal(directory, { buffer }) };
}

const few = { entries: 10, bytes: 64 << 20 };
const untold = { untold: true };
const many = (count: number) => Array.from({ length: count }, (_, number) => draftOf(`${number}`));

/** Each entry once, however often it stands there. */
function recordedIn(directory: string) {
  const whole = entriesIn(directory, { skipTorn: true });
  return [...new Map(whole.map((entry) => [entry.id as string, entry])).values()];
}

const gapsIn = (directory: string) =>
  recordedIn(directory)
    .filter(({ event_type }) => event_type === "audit.gap")
    .map(({ detail }) => detail);

test("when more waits than may, no more is taken until half of it is written", async () => {
  const { journal, directory, told, gaps } = openSmall(few);
  await journal.flush();
  const drafts = many(15);
  const appended = drafts.map((each) => journal.append(each, untold));
  expect(journal.failure).toMatchObject({
    code: "JOURNAL_BUSY",
    message: expect.stringContaining("10 entries"),
  });
  expect(journal.status()).toMatchObject({
    lost: 5,
    waiting: { entries: 10 },
    failure: { code: "JOURNAL_BUSY" },
  });
  // What has happened already is kept all the same.
  const owed = draftOf("owed");
  appended.push(journal.append(owed, { owed: true }));
  expect(journal.status().waiting.entries).toBe(11);
  // Who is told may try again: nothing is lost.
  expect(await outcomesOf([journal.append(draftOf("told"))])).toEqual(["JOURNAL_BUSY"]);
  expect(await outcomesOf(appended)).toEqual([
    ...Array(10).fill("recorded"),
    ...Array(5).fill("JOURNAL_BUSY"),
    "recorded",
  ]);
  expect(journal.failure).toBeNull();
  await journal.close("done");
  const gap = expect.objectContaining({ reason: "buffer_full", count: 5 });
  expect(gapsIn(directory)).toEqual([gap]);
  expect(gaps).toEqual([gap]);
  // Whoever reads entries for a sum is told of it, whatever is read.
  const heard: unknown[] = [];
  const onGap = ({ detail }: { detail: unknown }) => heard.push(detail);
  for await (const _entry of readJournal(directory, { userId: "nobody", onGap }));
  expect(heard).toEqual([gap]);
  expect(journal.status().lost).toBe(5);
  expect(told).toEqual(["JOURNAL_BUSY"]);
});

test("what waits is bounded by bytes as well", async () => {
  const { journal, directory } = openSmall({ entries: 1000, bytes: 65_536 });
  await journal.flush();
  const large = { part: "x".repeat(15_000) };
  const appended = Array.from({ length: 10 }, () => journal.append(draftOf("large", large), untold));
  const { entries, bytes } = journal.status().waiting;
  expect({ entries, lost: journal.status().lost }).toEqual({ entries: 4, lost: 6 });
  expect(bytes).toBeLessThan(65_536 + 20_000);
  await Promise.allSettled(appended);
  await journal.close("done");
  expect(gapsIn(directory)).toEqual([expect.objectContaining({ count: 6 })]);
});

test("memory stays bounded while the disk is gone, and the gap is the first thing that is written", async () => {
  const { journal, directory, gaps } = openSmall(few);
  await journal.flush();
  disk.isGone = true;
  const outcomes = await outcomesOf(many(10).map((each) => journal.append(each, untold)));
  outcomes.push(...(await outcomesOf(many(1000).map((each) => journal.append(each)))));
  expect(new Set(outcomes)).toEqual(new Set(["JOURNAL_UNWRITABLE"]));
  expect(journal.status()).toMatchObject({ lost: 1000, waiting: { entries: 10 } });
  expect(journal.failure).toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  disk.isGone = false;
  await journal.flush();
  expect(journal.failure).toBeNull();
  await journal.close("done");
  const types = recordedIn(directory).map(({ event_type }) => event_type);
  expect(types).toEqual([
    "audit.opened",
    "audit.opened",
    "audit.gap",
    ...Array(10).fill("test.event"),
    "audit.closed",
  ]);
  expect(gaps).toEqual([expect.objectContaining({ reason: "journal_unwritable", count: 1000 })]);
});

test("a gap that was written though its commit failed counts once, and so does what is lost after it", async () => {
  const { journal, directory } = openSmall(few);
  await journal.flush();
  disk.isGone = true;
  await Promise.allSettled(many(10).map((each) => journal.append(each)));
  await Promise.allSettled(many(7).map((each) => journal.append(each)));
  expect(journal.status().lost).toBe(7);
  disk.isGone = false;
  for (const loss of [4, 3]) {
    // A new log begins with a write and a flush; then the gap is written, and not flushed.
    disk.faults = ["none", "none", "none", "refused"];
    expect(await outcomesOf([journal.flush()])).toEqual(["JOURNAL_UNWRITABLE"]);
    expect(gapsIn(directory)).toEqual([expect.objectContaining({ count: 7 })]);
    await Promise.allSettled(many(loss).map((each) => journal.append(each)));
  }
  await journal.flush();
  await journal.close("done");
  expect(gapsIn(directory).map(({ count }) => count)).toEqual([7, 7]);
  expect(journal.status().lost).toBe(14);
});

test("whatever fails, every entry is recorded, or was refused to somebody's face, or is counted once", async () => {
  const fault = fc.constantFrom<Fault>("none", "none", "refused", "cut", "unacknowledged");
  const append = fc.record({
    do: fc.constant("append" as const),
    count: fc.integer({ min: 1, max: 25 }),
    how: fc.constantFrom<AppendOptions>({}, { owed: true }, { untold: true }),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: append },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("fail" as const), faults: fc.array(fault, { maxLength: 6 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom<"lose" | "mend" | "wait">("lose", "mend", "wait") }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      const { journal, directory, gaps } = openSmall(few);
      const made: { id: string; how: AppendOptions; outcome: Promise<string[]> }[] = [];
      let owed = 0;
      for (const each of steps) {
        if (each.do === "lose") disk.isGone = true;
        else if (each.do === "mend") disk.isGone = false;
        else if (each.do === "fail") disk.faults.push(...each.faults);
        else if (each.do === "wait") await journal.flush().catch(() => undefined);
        else if (each.do === "append")
          for (let number = 0; number < each.count; number += 1) {
            const draft = draftOf(`${made.length}`);
            made.push({
              id: draft.id,
              how: each.how,
              outcome: outcomesOf([journal.append(draft, each.how)]),
            });
            if (each.how.owed) owed += 1;
          }
        // Besides: the end of a log, and a gap of each kind.
        expect(journal.status().waiting.entries).toBeLessThanOrEqual(few.entries + owed + 3);
      }
      disk.isGone = false;
      disk.faults = [];
      await journal.flush();
      await journal.close("done");

      const recorded = recordedIn(directory);
      const ids = new Map(recorded.map(({ id }, place) => [id as string, place]));
      let lost = 0;
      let last = -1;
      for (const { id, how, outcome } of made) {
        const [became] = await outcome;
        const place = ids.get(id);
        if (became === "recorded") expect(place).toBeDefined();
        if (how.owed) expect(place).toBeDefined();
        if (became === "JOURNAL_BUSY") expect(place).toBeUndefined();
        if (place === undefined && (became !== "JOURNAL_BUSY" || how.untold)) lost += 1;
        // In the order they were made.
        if (place !== undefined) expect(place).toBeGreaterThan(last);
        last = place ?? last;
      }
      const counted = gapsIn(directory).reduce((sum, { count }) => sum + count, 0);
      expect({ counted, said: journal.status().lost }).toEqual({ counted: lost, said: lost });
      expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(lost);
      expect(journal.status()).toMatchObject({ waiting: { entries: 0, bytes: 0 }, failure: null });
      expect(recorded.at(-1).event_type).toBe("audit.closed");
    }),
    { numRuns: 60 },
  );
});
