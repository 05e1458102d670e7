import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AuditLog, readJournal, verifyJournal } from "../src/index.ts";
import { dayOfFile, journalFiles, writerOfFile } from "../src/journal/file-names.ts";
import { newestFiles } from "../src/journal/newest-files.ts";
import {
  codeOf,
  entriesIn,
  journalFilesIn,
  linesIn,
  newDirectory,
  openLog,
  secret,
} from "./support/journals.ts";

const { jest } = import.meta;
const event = (text: string) => ({ event_type: "test.event", metadata: { text } }) as const;
const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });
const openOwn = (directory: string) => openLog(directory, { files: "per_process" }).log;
const uuidOf = (origin: string) => origin.slice(origin.lastIndexOf("/") + 1);

function useClock(): (time: string) => void {
  const real = ["hrtime", "nextTick", "performance", "queueMicrotask", "setImmediate", "clearImmediate"];
  real.push("setInterval", "clearInterval", "setTimeout", "clearTimeout");
  jest.useFakeTimers({ doNotFake: real as never });
  return (time) => jest.setSystemTime(new Date(time));
}
afterEach(() => jest.useRealTimers());

async function textsIn(directory: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) texts.push(metadata.text);
  return texts;
}

test.each([
  ["audit_2026-11-24.jsonl", "2026-11-24", null],
  ["audit_2026-11-24.jsonl.gz", "2026-11-24", null],
  ["audit_2026-11-24_web-1-7.jsonl", "2026-11-24", "web-1-7"],
  [
    "audit_2026-11-24_01a20b67-b365-717f-828f-56dee38055e5.jsonl.gz",
    "2026-11-24",
    "01a20b67-b365-717f-828f-56dee38055e5",
  ],
  ["audit_2026-11-24_.jsonl", null, null],
  ["audit_2026-11-24_a_b.jsonl", null, null],
  ["audit_2026-11-24_a.b.jsonl", null, null],
  [`audit_2026-11-24_${"a".repeat(101)}.jsonl`, null, null],
  ["audit_2026-11-24-a.jsonl", null, null],
  ["audit_2026-11-24_a.jsonl.gz.1", null, null],
])("%s is of %p, and of the writer %p", (name, day, writer) => {
  expect([dayOfFile(name), writerOfFile(name)]).toEqual([day, writer]);
});

test("each log has files of its own, one a day, and the journal is intact", async () => {
  const clockAt = useClock();
  clockAt("2026-11-24T12:00:00.000Z");
  const directory = newDirectory();
  for (const [run, second] of ["2026-11-24T13:00:00.000Z", "2026-11-25T13:00:00.000Z"].entries()) {
    const log = openOwn(directory);
    await log.record(event(`${run} first`));
    clockAt(second);
    await log.record(event(`${run} second`));
    await log.close();
  }
  const names = journalFilesIn(directory);
  const [one, other] = [...new Set(names.map((name) => writerOfFile(name)!))].sort();
  expect(names).toEqual([
    `audit_2026-11-24_${one}.jsonl`,
    `audit_2026-11-24_${other}.jsonl`,
    `audit_2026-11-25_${other}.jsonl`,
  ]);
  for (const name of names)
    expect(linesIn(directory, name).map((line) => uuidOf(JSON.parse(line).log))).toEqual(
      linesIn(directory, name).map(() => writerOfFile(name)),
    );
  expect((await verifyJournal(directory)).problems).toEqual([]);
  // The second day of a log begins with its key, so that its file stands by itself.
  expect((await verifyJournal(join(directory, names[2]!))).result).toBe("incomplete");
  expect(await verifyJournal(directory, { since: new Date("2026-11-25") })).toMatchObject({
    result: "intact",
    problems: [],
  });
});

test("a log that is begun after a write failed has another file, and nothing is lost", async () => {
  const directory = newDirectory();
  const log = openOwn(directory);
  await log.record(event("before"));
  const [first] = journalFilesIn(directory);
  renameSync(join(directory, first!), join(directory, "moved-away"));
  await log.record(event("owed")).catch(() => undefined);
  await log.flush();
  await log.close();
  expect(journalFilesIn(directory).filter((name) => name !== first)).toHaveLength(1);
  expect(await textsIn(directory)).toEqual(["owed"]);
});

test("entries of several files of a day are read by their time, those of one in its order; archives too", async () => {
  const clockAt = useClock();
  const directory = newDirectory();
  const hours = (hour: number) => clockAt(`2026-11-24T0${hour}:00:00.000Z`);
  hours(1);
  const shared = openLog(directory).log;
  await shared.record(event("1"));
  const copies = newDirectory();
  hours(2);
  const own = openLog(copies, { files: "per_process" }).log;
  await own.record(event("2"));
  hours(3);
  await shared.record(event("3"));
  hours(4);
  await own.record(event("4"));
  // The clock of one is set back: what it wrote stays in its order.
  hours(2);
  await own.record(event("5"));
  hours(6);
  await Promise.all([shared.close(), own.close()]);
  const [name] = journalFilesIn(copies);
  copyFileSync(join(copies, name!), join(directory, name!));
  expect(await textsIn(directory)).toEqual(["1", "2", "3", "4", "5"]);
});

test("a log links those in all files of the two newest days, and reports each that is torn", async () => {
  const directory = newDirectory();
  const origins: string[] = [];
  for (let run = 0; run < 5; run += 1) {
    const log = openOwn(directory);
    origins.push((await log.record(event("x".repeat(9)))).log);
    await log.close();
  }
  const torn = journalFilesIn(directory)[1]!;
  appendFileSync(join(directory, torn), '{"attempt":nu');
  await openOwn(directory).close();
  const opened = entriesIn(directory, { skipTorn: true }).find(
    ({ log, seq }) => seq === 0 && !origins.includes(log),
  );
  expect(opened.detail.links.map(({ log }: { log: string }) => log).sort()).toEqual([...origins].sort());
  expect(opened.detail.torn_files).toMatchObject([{ file: torn }]);
  const { problems } = await verifyJournal(directory, inAnHour());
  expect(problems.map(({ verdict }) => verdict)).toEqual(["TORN_TAIL"]);
  rmSync(join(directory, journalFilesIn(directory)[3]!));
  expect((await verifyJournal(directory, inAnHour())).problems.map(({ verdict }) => verdict)).toContain(
    "MISSING_STREAM",
  );
});

test("the key of a log is found also when it is far from the end of its file", async () => {
  const directory = newDirectory();
  const log = openOwn(directory);
  const long = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, "x".repeat(2000)]));
  const [entry] = await Promise.all(
    Array.from({ length: 150 }, () => log.record({ event_type: "test.event", metadata: long })),
  );
  await log.close();
  await openOwn(directory).close();
  const opened = entriesIn(directory).filter(({ seq }) => seq === 0);
  expect(opened[1].detail.links).toMatchObject([{ log: entry!.log, size: 152 }]);
});

test("of very many files, those that were written to last are looked at, whatever their names are", () => {
  const directory = newDirectory();
  const day = new Date().toISOString().slice(0, 10);
  const names = Array.from({ length: 100 }, (_, number) => `audit_${day}_${String(100 - number)}.jsonl`);
  for (const [age, name] of names.entries()) {
    writeFileSync(join(directory, name), "");
    utimesSync(join(directory, name), age + 1, age + 1);
  }
  for (const name of [
    `audit_${day}.jsonl`,
    "audit_2020-01-01.jsonl",
    "audit_2020-01-02_a.jsonl",
    `audit_${day}_0.jsonl.gz`,
  ])
    writeFileSync(join(directory, name), "");
  expect(newestFiles(directory)).toEqual([
    "audit_2020-01-02_a.jsonl",
    `audit_${day}.jsonl`,
    ...names.slice(-64),
  ]);
});

test("files come by day, and by name within one", () => {
  const directory = newDirectory();
  const names = [
    "audit_2026-11-24.jsonl",
    "audit_2026-11-24_a.jsonl",
    "audit_2026-11-24_b.jsonl.gz",
    "audit_2026-11-25.jsonl",
  ];
  for (const name of [...names, "audit_2026-11-24_.jsonl", "secret"].reverse())
    writeFileSync(join(directory, name), "");
  expect(journalFiles(directory)).toEqual(names);
});

test("an entry in the file of an earlier day is misfiled, also in one of a writer's own", async () => {
  const directory = newDirectory();
  await openOwn(directory).close();
  const [name] = journalFilesIn(directory);
  renameSync(join(directory, name!), join(directory, `audit_2020-01-01_${writerOfFile(name!)}.jsonl`));
  expect((await verifyJournal(directory)).problems.map(({ verdict }) => verdict)).toEqual(["MISFILED"]);
});

test("a file that lost its end is told as that of its log", async () => {
  const directory = newDirectory();
  await openOwn(directory).close();
  const [name] = journalFilesIn(directory);
  const size = Buffer.byteLength(`${linesIn(directory).join("\n")}\n`);
  truncateSync(join(directory, name!), size - 10);
  const { problems } = await verifyJournal(directory, inAnHour());
  expect(problems.map(({ verdict, at }) => [verdict, at?.file])).toEqual([
    ["TORN_TAIL", name],
    ["UNCLOSED", name],
  ]);
});

test("there is no third kind of files", async () => {
  expect(
    await codeOf(() => new AuditLog({ directory: newDirectory(), secret, files: "each" as never })),
  ).toBe("INVALID_OPTIONS");
});
