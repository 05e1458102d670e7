import { readdirSync } from "node:fs";
import { buildPackage } from "../../../test/support/build-package.ts";
import { verifyJournal } from "../src/index.ts";
import { entriesIn, newDirectory, openLog } from "./support/journals.ts";
import { Writer } from "./support/processes.ts";

import.meta.jest.setTimeout(60_000);
beforeAll(() => buildPackage("core"));
const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });

test("processes that begin a journal and write to it at the same time leave it intact", async () => {
  const directory = newDirectory();
  const writers = Array.from({ length: 4 }, () => new Writer(directory, "some", 150));
  for (const writer of writers) expect(await writer.ended).toEqual({ code: 0, signal: null });
  const { result, problems, logs } = await verifyJournal(directory, inAnHour());
  expect({ result, problems }).toEqual({ result: "intact", problems: [] });
  expect(logs.map(({ entries, state }) => ({ entries, state }))).toEqual(
    writers.map(() => ({ entries: 152, state: "closed" })),
  );
});

test("processes that begin a journal without a secret at the same time agree on one", async () => {
  const directory = newDirectory();
  const writers = Array.from({ length: 6 }, () => new Writer(directory, "some", 1, { environment: {} }));
  for (const writer of writers) expect(await writer.ended).toEqual({ code: 0, signal: null });
  expect(writers.flatMap(({ said }) => said).filter((line) => line.startsWith("problem"))).toEqual([
    "problem SECRET_BESIDE_JOURNAL",
  ]);
  expect((await verifyJournal(directory, inAnHour())).result).toBe("intact");
  expect(readdirSync(directory).filter((name) => !name.endsWith(".jsonl"))).toEqual(["public-key", "secret"]);
});

test("a process that has nothing left to do closes its log", async () => {
  const directory = newDirectory();
  const writer = new Writer(directory, "leave");
  expect(await writer.ended).toEqual({ code: 0, signal: null });
  expect(entriesIn(directory).at(-1)).toMatchObject({
    event_type: "audit.closed",
    detail: { reason: "exit" },
  });
});

test("what a killed process was told is recorded is there, and the next log links what is left", async () => {
  const directory = newDirectory();
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    // However late they are killed, the last two fit together into the 8 MiB in which the next log looks for others.
    const writer = round < 3 ? new Writer(directory, "forever") : new Writer(directory, "some large", 200);
    await writer.hasRecorded(40 * round + 1);
    await writer.kill();
    acknowledged.push(...writer.recorded);
  }
  const { log } = openLog(directory);
  await log.close();
  const { result, problems, logs } = await verifyJournal(directory, inAnHour());
  expect(result).toBe("incomplete");
  expect(problems.filter((problem) => problem.result === "tampered")).toEqual([]);
  expect(logs.map(({ state }) => state)).toEqual([...Array(5).fill("unclosed"), "closed"]);
  // Each was another process: none is said to have gone on in the next log.
  const unclosed = problems.filter(({ verdict }) => verdict === "UNCLOSED");
  expect(unclosed.map(({ message }) => message)).toEqual(
    Array(5).fill(expect.stringContaining("the process was killed, or")),
  );
  const verified = new Map(logs.map(({ log, entries }) => [log, entries]));
  const found = entriesIn(directory, { skipTorn: true });
  const ids = new Set(found.filter(({ log, seq }) => seq < verified.get(log)!).map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  const last = found.find(({ log, seq }) => seq === 0 && log === logs.at(-1)!.log);
  expect(last.detail.links.map((link: { log: string }) => link.log)).toEqual(
    expect.arrayContaining([logs[4]!.log, logs[3]!.log]),
  );
});

test("a process that is killed in the middle of a write does not harm the log of another", async () => {
  const directory = newDirectory();
  const survivor = openLog(directory);
  const { log: origin } = await survivor.log.record({ event_type: "test.event" });
  let writing = true;
  let written = 1;
  const work = (async () => {
    for (; writing; written += 1) await survivor.log.record({ event_type: "test.event" });
  })();
  for (let round = 0; round < 4; round += 1) {
    const writer = new Writer(directory, "forever");
    await writer.hasRecorded(100);
    await writer.kill();
  }
  writing = false;
  await work;
  await survivor.log.close();
  const { problems, logs } = await verifyJournal(directory, inAnHour());
  expect(problems.filter((problem) => problem.result === "tampered")).toEqual([]);
  const heartbeats = entriesIn(directory, { skipTorn: true }).filter(
    ({ log, event_type }) => log === origin && event_type === "audit.heartbeat",
  ).length;
  // One with the key for every 500 entries, and for every 2 MiB that the others wrote.
  expect(heartbeats).toBeGreaterThanOrEqual(Math.floor(written / 500));
  expect(logs.find(({ log }) => log === origin)).toMatchObject({
    state: "closed",
    entries: written + 2 + heartbeats,
  });
});

test("a file that may not grow any more refuses new calls, and says so", async () => {
  const directory = newDirectory();
  const writer = new Writer(directory, "until-refused", 0, { fileBlocks: "200" });
  expect(await writer.ended).toEqual({ code: 0, signal: null });
  expect(writer.said).toEqual(
    expect.arrayContaining([
      "problem JOURNAL_UNWRITABLE",
      "refused JOURNAL_UNWRITABLE",
      "closed JOURNAL_UNWRITABLE",
    ]),
  );
  const { result, problems } = await verifyJournal(directory, inAnHour());
  expect({ result, tampered: problems.filter((problem) => problem.result === "tampered") }).toEqual({
    result: "incomplete",
    tampered: [],
  });
  const ids = new Set(entriesIn(directory, { skipTorn: true }).map(({ id }) => id));
  expect(writer.recorded.filter((id) => !ids.has(id))).toEqual([]);
});
