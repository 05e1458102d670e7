import { readJournal } from "../src/index.ts";
import { redirectJournal, stallDisks } from "./support/journal-descriptor.ts";
import { entriesIn, newDirectory, newDirectoryInMemory } from "./support/journals.ts";
import { draftOf, openJournal, outcomesOf, verification } from "./support/open-journal.ts";

const recovered = ["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED", "recovered journal"];

// A disk that other tests keep busy takes a tenth of that.
const limitMs = 1000;

async function openStalled() {
  const directory = newDirectory();
  const { journal, told, problems } = openJournal(directory, { recordTimeoutMs: limitMs });
  await journal.append(draftOf("before"));
  return { directory, journal, told, problems, goOn: stallDisks() };
}

async function textsIn(directory: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) texts.push(metadata.text);
  return texts;
}

test("nobody waits for a disk that stalls, and what was on its way is recorded when it answers", async () => {
  const { directory, journal, told, problems, goOn } = await openStalled();
  const since = Date.now();
  expect(await outcomesOf([journal.append(draftOf("under way"))])).toEqual(["JOURNAL_UNWRITABLE"]);
  expect(problems[0]!.message).toContain("did not answer within 1000 ms");
  expect(journal.failure).toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  expect(Date.parse(journal.status().failure!.since)).toBeGreaterThanOrEqual(since);
  expect(await outcomesOf([journal.append(draftOf("kept"))])).toEqual(["JOURNAL_UNWRITABLE"]);
  expect(await outcomesOf([journal.flush()])).toEqual(["JOURNAL_UNWRITABLE"]);
  expect(journal.status()).toMatchObject({ recorded: 1, lost: 0, waiting: { entries: 2 } });

  await goOn();
  await journal.flush();
  expect(journal.failure).toBeNull();
  expect(journal.status()).toMatchObject({ recorded: 3, waiting: { entries: 0, bytes: 0 }, failure: null });
  await journal.close("done");
  expect(told).toEqual(recovered);
  expect(await textsIn(directory)).toEqual(["before", "under way", "kept"]);
  // The write was not given up: it is one log, and nothing stands in it twice.
  expect((await verification(directory)).logs.map(({ state }) => state)).toEqual(["closed"]);
});

test("a heartbeat that stalls is noticed before anybody has to wait for it", async () => {
  const directory = newDirectory();
  const { journal, told, events } = openJournal(directory, { recordTimeoutMs: limitMs, heartbeatMs: 20 });
  await journal.flush();
  const noticed = new Promise((resolve) => events.on("problem", resolve));
  const goOn = stallDisks();
  await noticed;
  expect(journal.failure).toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  const recovered = new Promise((resolve) => events.on("recovered", resolve));
  await goOn();
  await recovered;
  await journal.close("done");
  expect(told).toEqual(["JOURNAL_UNWRITABLE", "JOURNAL_RECOVERED", "recovered journal"]);
});

test("a write that stalls and then fails goes the way of every other", async () => {
  const { directory, journal, told, goOn } = await openStalled();
  expect(await outcomesOf([journal.append(draftOf("under way"))])).toEqual(["JOURNAL_UNWRITABLE"]);
  redirectJournal(directory, "/dev/full");
  await goOn();
  await journal.flush();
  await journal.append(draftOf("after"));
  await journal.close("done");
  expect(told).toEqual(["JOURNAL_UNWRITABLE", "COMMIT_RETRIED", "JOURNAL_RECOVERED", "recovered journal"]);
  expect(await textsIn(directory)).toEqual(["before", "under way", "after"]);
  const { problems, logs } = await verification(directory);
  expect(problems.map(({ verdict }) => verdict)).toEqual(["UNCLOSED"]);
  expect(logs).toHaveLength(2);
});

test("close does not wait for ever, and the end is written when the disk answers after all", async () => {
  const { directory, journal, goOn } = await openStalled();
  void journal.append(draftOf("under way")).catch(() => undefined);
  await expect(journal.close("done")).rejects.toMatchObject({
    code: "JOURNAL_UNWRITABLE",
    message: expect.stringMatching(
      /did not answer within 1000 ms\. 1 entry kept in memory until now: not in the journal/,
    ),
  });
  await expect(journal.close("again")).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  await goOn();
  while (!entriesIn(directory).some(({ event_type }) => event_type === "audit.closed")) {
    await new Promise(setImmediate);
  }
  expect((await verification(directory)).result).toBe("intact");
});

test("a process that was stopped does not take that for a disk that stalled", async () => {
  // A write and a flush, so that much is left to do when the process goes on.
  const directory = newDirectoryInMemory();
  const { journal, told } = openJournal(directory, { recordTimeoutMs: limitMs / 2 });
  for (let round = 0; round < 2; round += 1) {
    const appended = journal.append(draftOf("under way"));
    for (let turn = 0; turn < 5; turn += 1) await null;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limitMs * 1.5);
    expect(await outcomesOf([appended])).toEqual(["recorded"]);
  }
  await journal.close("done");
  expect(told).toEqual([]);
});
