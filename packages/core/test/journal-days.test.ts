import { mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readJournal, verifyJournal } from "../src/index.ts";
import { MerkleTree } from "../src/seal/merkle.ts";
import { entriesIn, journalFilesIn, linesIn, newDirectory, openLog } from "./support/journals.ts";

const { jest } = import.meta;
const event = { event_type: "test.event" } as const;
const clockAt = (time: string) => jest.setSystemTime(new Date(time));
/** Only the clock, and timers that tests set off: files and processes are real. */
const useClock = (...faked: string[]) =>
  jest.useFakeTimers({
    doNotFake: [
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setInterval",
    ].concat(
      ["clearInterval", "setTimeout", "clearTimeout"].filter((name) => !faked.includes(name)),
    ) as never,
  });

afterEach(() => jest.useRealTimers());

test("a log goes on in the file of the next UTC day", async () => {
  useClock();
  clockAt("2026-11-24T23:59:59.999Z");
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.record(event);
  clockAt("2026-11-25T00:00:00.000Z");
  await log.record(event);
  await log.close();
  expect(journalFilesIn(directory)).toEqual(["audit_2026-11-24.jsonl", "audit_2026-11-25.jsonl"]);
  expect(linesIn(directory, "audit_2026-11-24.jsonl")).toHaveLength(2);
  // Each file begins with a heartbeat that says the key of the log again.
  expect(linesIn(directory, "audit_2026-11-25.jsonl")).toHaveLength(3);
  const { result, logs } = await verifyJournal(directory);
  expect({ result, logs: logs.length, entries: logs[0]!.entries }).toEqual({
    result: "intact",
    logs: 1,
    entries: 5,
  });
});

test("a log that begins at midnight begins in the file of the day its first entry is of", async () => {
  useClock();
  clockAt("2026-11-24T23:59:59.999Z");
  const directory = newDirectory();
  const { log } = openLog(directory);
  clockAt("2026-11-25T00:00:00.000Z");
  await log.close();
  expect(linesIn(directory, "audit_2026-11-25.jsonl")).toHaveLength(2);
  expect((await verifyJournal(directory)).problems).toEqual([]);
});

test("a journal that is written to all the time goes on at midnight, also when the clock jumps", async () => {
  useClock();
  clockAt("2026-11-24T23:59:59.990Z");
  const directory = newDirectory();
  const { log, problems } = openLog(directory);
  const rotations: string[] = [];
  log.on("rotated", ({ from, to }) => rotations.push(`${from} ${to}`));
  const times = ["11-25T00:00:00.001", "11-24T23:59:00.000", "11-25T00:00:00.000", "11-27T12:00:00.000"];
  const appended: Promise<unknown>[] = [];
  for (const time of times) {
    for (let commit = 0; commit < 5; commit += 1) {
      appended.push(log.record(event), log.record(event));
      await appended.at(-1);
    }
    // Under way while the clock moves.
    appended.push(log.record(event));
    clockAt(`2026-${time}Z`);
  }
  appended.push(log.record(event));
  await Promise.all(appended);
  await log.close();
  expect(problems).toEqual([]);
  expect(rotations).toEqual([
    "audit_2026-11-24.jsonl audit_2026-11-25.jsonl",
    "audit_2026-11-25.jsonl audit_2026-11-27.jsonl",
  ]);
  expect(entriesIn(directory).filter(({ event_type }) => event_type === event.event_type)).toHaveLength(45);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("a day whose file cannot be opened fails like any other write, and nothing is lost", async () => {
  useClock();
  clockAt("2026-11-24T23:59:59.000Z");
  const directory = newDirectory();
  const { log, problems } = openLog(directory);
  await log.record(event);
  const next = join(directory, "audit_2026-11-25.jsonl");
  mkdirSync(next);
  clockAt("2026-11-25T00:00:00.000Z");
  await expect(log.record(event)).rejects.toMatchObject({
    code: "JOURNAL_UNWRITABLE",
    message: expect.stringContaining("EISDIR"),
  });
  rmdirSync(next);
  await log.flush();
  await log.close();
  expect(problems.map(({ code }) => code)).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED"]);
  const days = entriesIn(directory).flatMap(({ event_type, recorded_at }) =>
    event_type === event.event_type ? recorded_at.slice(0, 10) : [],
  );
  expect(days).toEqual(["2026-11-24", "2026-11-25"]);
});

test("the first line of a file stands for the lines of the log before it", async () => {
  useClock();
  clockAt("2026-11-24T12:00:00.000Z");
  const directory = newDirectory();
  const { log } = openLog(directory);
  for (let count = 0; count < 5; count += 1) await log.record(event);
  clockAt("2026-11-25T12:00:00.000Z");
  await log.record(event);
  await log.close();
  const entries = entriesIn(directory);
  const before = entries.slice(0, 6);
  const heartbeat = entries[6];
  const { frontier, ...key } = heartbeat!.detail as { frontier: string[] };
  const { log_key, delegation, heartbeat_ms, guarantee, process } = before[0]!.detail!;
  expect(key).toEqual({ log_key, delegation, heartbeat_ms, guarantee, process });
  const tree = new MerkleTree(
    before.length,
    frontier.map((hash) => Buffer.from(hash, "base64")),
  );
  expect(tree.root().toString("base64")).toBe(before.at(-1)!.chain_hash);
});

test("a log never returns to an earlier file when the clock is set back", async () => {
  useClock();
  clockAt("2026-11-25T00:00:01.000Z");
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.record(event);
  clockAt("2026-11-24T20:00:00.000Z");
  await log.record(event);
  await log.close();
  expect(journalFilesIn(directory)).toEqual(["audit_2026-11-25.jsonl"]);
  expect(entriesIn(directory).map(({ recorded_at }) => recorded_at.slice(0, 10))).toEqual([
    "2026-11-25",
    "2026-11-25",
    "2026-11-24",
    "2026-11-24",
  ]);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("a log that begins after the clock was set back is written, and the journal stays intact", async () => {
  useClock();
  const directory = newDirectory();
  for (const time of ["2026-11-25T00:00:01.000Z", "2026-11-24T20:00:00.000Z", "2026-11-26T00:00:00.000Z"]) {
    clockAt(time);
    const { log } = openLog(directory);
    await log.record(event);
    await log.close();
  }
  expect(journalFilesIn(directory)).toHaveLength(3);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("a heartbeat is written after a silence, and only then", async () => {
  useClock("setTimeout", "clearTimeout");
  clockAt("2026-11-24T12:00:00.000Z");
  const directory = newDirectory();
  const { log } = openLog(directory, { heartbeatMs: 60_000 });
  await log.flush();
  await jest.advanceTimersByTimeAsync(59_000);
  await log.record(event);
  await jest.advanceTimersByTimeAsync(59_000);
  await log.flush();
  expect(entriesIn(directory).map(({ event_type }) => event_type)).toEqual(["audit.opened", "test.event"]);
  for (let beat = 0; beat < 2; beat += 1) {
    await jest.advanceTimersByTimeAsync(60_000);
    await log.flush();
  }
  await log.close();
  expect(jest.getTimerCount()).toBe(0);
  expect(entriesIn(directory).map(({ event_type }) => event_type)).toEqual([
    "audit.opened",
    "test.event",
    "audit.heartbeat",
    "audit.heartbeat",
    "audit.closed",
  ]);
});

test("an open log is not missed before two heartbeats have passed", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory, { heartbeatMs: 60_000 });
  const { recorded_at } = await log.record(event);
  const after = async (ms: number) => {
    const { result, logs } = await verifyJournal(directory, { now: new Date(Date.parse(recorded_at) + ms) });
    return [result, logs[0]!.state];
  };
  expect(await after(120_000)).toEqual(["intact", "open"]);
  expect(await after(120_001)).toEqual(["incomplete", "unclosed"]);
  await log.close();
  expect(await after(120_001)).toEqual(["intact", "closed"]);
});

test("reading from a day on includes an entry whose log was in another file by its clock", async () => {
  useClock();
  const directory = newDirectory();
  clockAt("2026-11-25T00:00:01.000Z");
  const { log } = openLog(directory);
  await log.record({ ...event, timestamp: new Date("2026-11-24T23:59:00.000Z") });
  await log.close();
  const read: string[] = [];
  const since = new Date("2026-11-24T23:00:00.000Z");
  for await (const { timestamp } of readJournal(directory, { since })) read.push(timestamp);
  expect(read).toEqual(["2026-11-24T23:59:00.000Z"]);
});

test("an outage longer than a heartbeat leaves no accusation behind", async () => {
  useClock();
  clockAt("2026-11-24T12:00:00.000Z");
  const directory = newDirectory();
  const { log, problems } = openLog(directory, { heartbeatMs: 1000 });
  await log.record(event);
  renameSync(directory, `${directory}-away`);
  clockAt("2026-11-25T12:00:00.000Z");
  await expect(log.record(event)).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  await sleep(2500);
  renameSync(`${directory}-away`, directory);
  await log.flush();
  await log.close();
  expect(problems.map(({ code }) => code)).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED"]);
  const verification = await verifyJournal(directory, { now: new Date("2026-12-01T00:00:00Z") });
  expect(verification.problems.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
  expect(entriesIn(directory).filter(({ event_type }) => event_type === event.event_type)).toHaveLength(2);
});

test("files of days to come do not hide the log that is to be linked", async () => {
  const directory = newDirectory();
  await openLog(directory).log.close();
  for (const day of ["2999-01-01", "2999-01-02"]) writeFileSync(join(directory, `audit_${day}.jsonl`), "");
  await openLog(directory).log.close();
  const opened = entriesIn(directory).filter(({ seq }) => seq === 0);
  expect(opened[1].detail.links).toEqual([expect.objectContaining({ log: opened[0].log, size: 2 })]);
});
