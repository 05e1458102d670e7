import { type AuditProblem, readJournal, verifyJournal } from "../src/index.ts";
import { entriesIn, linesIn, newDirectory, openLog } from "./support/journals.ts";
import { draftOf, openJournal } from "./support/open-journal.ts";

const event = { event_type: "test.event" } as const;

test("entries recorded together share one write and one signature", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  const entries = await Promise.all(Array.from({ length: 50 }, () => log.record(event)));
  await log.close();
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  const signed = entriesIn(directory)
    .filter(({ signature }) => signature !== "")
    .map(({ seq }) => seq);
  expect(signed).toEqual([0, 50, 51]);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("the entry that record returns is the line that was written", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  const entry = await log.record({ ...event, user_id: "ada", metadata: { a: [1, { b: null }] } });
  await log.close();
  expect(JSON.parse(linesIn(directory)[1]!)).toEqual(entry);
});

test("entries recorded one after the other are each on the disk when record resolves", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  for (let count = 1; count <= 5; count += 1) {
    const { id } = await log.record(event);
    expect(entriesIn(directory).at(-1).id).toBe(id);
  }
  await log.close();
});

// A commit ends over several turns of the microtask queue; an entry that came in one of them used to wait for ever.
test.each(Array.from({ length: 10 }, (_, turns) => turns))(
  "an entry that comes %i turns after the end of a commit is written",
  async (turns) => {
    const directory = newDirectory();
    const { log } = openLog(directory);
    await log.record(event);
    for (let turn = 0; turn < turns; turn += 1) await null;
    await log.record(event);
    for (let turn = 0; turn < turns; turn += 1) await null;
    await log.close();
    expect(entriesIn(directory).map(({ event_type }) => event_type)).toEqual([
      "audit.opened",
      "test.event",
      "test.event",
      "audit.closed",
    ]);
  },
);

test("flush resolves when everything recorded so far is on the disk", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  void log.record(event);
  void log.record(event);
  await Promise.resolve();
  await log.flush();
  expect(entriesIn(directory)).toHaveLength(3);
  await log.close();
});

test("more entries than fit in one commit are written in several, in order", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  const numbers = Array.from({ length: 2500 }, (_, number) => number);
  await Promise.all(numbers.map((number) => log.record({ ...event, metadata: { number } })));
  await log.close();
  const read: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) read.push(metadata.number);
  expect(read).toEqual(numbers);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("a commit takes no more than a thousand entries, or 4 MiB of them", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory);
  await journal.flush();
  const appended = Array.from({ length: 1500 }, () => journal.append(draftOf("small")));
  const large = { parts: Array(10).fill("x".repeat(2000)) };
  appended.push(...Array.from({ length: 400 }, () => journal.append(draftOf("large", large))));
  await Promise.all(appended);
  await journal.close("done");
  const commits: { entries: number; large: number }[] = [{ entries: 0, large: 0 }];
  for (const { metadata, signature } of entriesIn(directory)) {
    const commit = commits.at(-1)!;
    commit.entries += 1;
    if (metadata.text === "large") commit.large += 1;
    if (signature !== "") commits.push({ entries: 0, large: 0 });
  }
  // Opened, then with a heartbeat; the rest of the small ones with large ones up to the limit; large ones.
  expect(commits.slice(0, 2)).toEqual([
    { entries: 1, large: 0 },
    { entries: 1001, large: 0 },
  ]);
  expect(Math.max(...commits.map(({ entries }) => entries))).toBe(1001);
  expect(Math.max(...commits.map(({ large }) => large))).toBeLessThan(210);
  expect(commits.reduce((sum, { large }) => sum + large, 0)).toBe(400);
});

test("closing twice, and at the same time, ends the log once", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  void log.record(event);
  await Promise.all([log.close("first"), log.close("second")]);
  await log.close("third");
  const types = entriesIn(directory).map(({ event_type, detail }) => detail?.reason ?? event_type);
  expect(types).toEqual(["audit.opened", "test.event", "first"]);
});

test.each<[string, unknown, string]>([
  ["a lone surrogate", "\ud800", "\ufffd"],
  ["nothing", "", "close"],
  ["a signal's number", 15, "close"],
])("a log ends in order whatever it is closed for: %s", async (_what, reason, said) => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.close(reason as string);
  expect(entriesIn(directory).at(-1)).toMatchObject({ event_type: "audit.closed", detail: { reason: said } });
});

test("closing an old log again does not let go of the directory of a new one", async () => {
  const directory = newDirectory();
  const old = openLog(directory).log;
  await old.close();
  const { log } = openLog(directory);
  await old.close();
  expect(() => openLog(directory)).toThrow(expect.objectContaining({ code: "JOURNAL_ALREADY_OPEN" }));
  await log.close();
});

test("a closed log refuses entries and calls, and sends nothing", async () => {
  const sent: unknown[] = [];
  const fetch = async (...request: unknown[]) => {
    sent.push(request);
    return new Response();
  };
  const { log } = openLog(newDirectory(), { fetch });
  await log.close();
  const refused = expect.objectContaining({ code: "LOG_CLOSED" });
  await expect(log.record(event)).rejects.toEqual(refused);
  await expect(log.fetch("https://openrouter.ai/api/v1/models")).rejects.toEqual(refused);
  expect(sent).toEqual([]);
});

test("an onProblem that throws harms nothing", async () => {
  const directory = newDirectory();
  const told: AuditProblem[] = [];
  const { log } = openLog(directory, {
    onProblem(problem) {
      told.push(problem);
      throw new Error("from the application");
    },
  });
  const user = () => {
    throw new Error("no user today");
  };
  const entry = await log.run({ user }, () => log.record(event));
  expect(entry.attribution).toEqual({ how: "unresolved", source: null });
  expect(told.map(({ code }) => code)).toEqual(["USER_UNRESOLVED"]);
  await log.close();
});
