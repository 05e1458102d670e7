import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { EntryDraft } from "../src/entry/entry.ts";
import { publicKeyOf, readJournal, verifyJournal } from "../src/index.ts";
import {
  codeOf,
  entriesIn,
  journalFilesIn,
  linesIn,
  newDirectory,
  openLog,
  secret,
  writeLog,
} from "./support/journals.ts";
import { draftOf, openJournal, verification } from "./support/open-journal.ts";

const event = { event_type: "test.event" } as const;
const inAnHour = () => ({ now: new Date(Date.now() + 3_600_000) });

test("every run is a log of its own, and names the last signed line of those before it", async () => {
  const directory = newDirectory();
  for (let run = 0; run < 3; run += 1) await writeLog(directory, 2);
  const entries = entriesIn(directory);
  const opened = entries.filter(({ event_type }) => event_type === "audit.opened");
  const closed = entries.filter(({ event_type }) => event_type === "audit.closed");
  const heads = closed.map(({ log, seq, chain_hash, signature }, run) => {
    const { log_key, delegation } = opened[run].detail;
    return { log, size: seq + 1, chain_hash, signature, log_key, delegation };
  });
  expect(new Set(entries.map(({ log }) => log)).size).toBe(3);
  expect(opened.map(({ detail }) => detail.links)).toEqual([[], heads.slice(0, 1), heads.slice(0, 2)]);
  expect((await verifyJournal(directory)).result).toBe("intact");
});

const longest = Object.fromEntries(
  ["a", "b", "c", "d", "e", "f", "g", "h"].map((name) => [name, "x".repeat(2_200)]),
);

test("a log of the longest entries is named too: it says its key before so much lies behind that", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory);
  for (let commit = 0; commit < 14; commit += 1)
    await Promise.all(Array.from({ length: 35 }, () => journal.append(draftOf("long", longest))));
  await journal.close("done");
  expect(statSync(join(directory, journalFilesIn(directory)[0]!)).size).toBeGreaterThan(8 << 20);
  const next = openJournal(directory).journal;
  await next.append(draftOf("short"));
  await next.close("done");
  const opened = entriesIn(directory).filter(({ event_type }) => event_type === "audit.opened");
  expect(opened[1].detail.links).toMatchObject([{ log: opened[0].log }]);
  expect((await verification(directory)).result).toBe("intact");
}, 60_000);

test("between two lines that say the key there are no more than 500 entries, however many share a commit", async () => {
  const directory = newDirectory();
  const { journal } = openJournal(directory);
  for (let group = 0; group < 8; group += 1)
    await Promise.all(Array.from({ length: 499 }, () => journal.append(draftOf("shared"))));
  await journal.close("done");
  const keys = entriesIn(directory)
    .filter(({ event_type }) => ["audit.opened", "audit.heartbeat"].includes(event_type))
    .map(({ seq }) => seq as number);
  const ends = [...keys, 4_000];
  for (const [index, seq] of keys.entries()) expect(ends[index + 1]! - seq).toBeLessThanOrEqual(500);
});

test("of logs that are written at once, in one file, each is named, for what the others write lies behind its key too", async () => {
  const directory = newDirectory();
  const journals = Array.from({ length: 5 }, () => openJournal(directory).journal);
  for (let commit = 0; commit < 3; commit += 1)
    for (const journal of journals)
      await Promise.all(Array.from({ length: 35 }, () => journal.append(draftOf("long", longest))));
  expect(statSync(join(directory, journalFilesIn(directory)[0]!)).size).toBeGreaterThan(8 << 20);
  const next = openJournal(directory).journal;
  await next.append(draftOf("short"));
  for (const journal of [...journals, next]) await journal.close("done");
  const opened = entriesIn(directory).filter(({ event_type }) => event_type === "audit.opened");
  const named = opened[5].detail.links.map(({ log }: { log: string }) => log);
  expect(named.sort()).toEqual(
    opened
      .slice(0, 5)
      .map(({ log }) => log)
      .sort(),
  );
  expect((await verification(directory)).result).toBe("intact");
}, 60_000);

test("the first entry says what began the log", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory, { heartbeatMs: 5000, name: "my.org" });
  await log.close();
  expect(entriesIn(directory)[0]).toMatchObject({
    seq: 0,
    log: expect.stringMatching(/^my\.org\/[A-Za-z0-9._-]+\/[0-9a-f-]{36}$/),
    user_id: "system",
    attribution: { how: "system", source: null },
    status: "success",
    prompt_tokens: 0,
    detail: { node: process.version, pid: process.pid, heartbeat_ms: 5000, links: [], torn_files: [] },
  });
});

test("a torn last line is ended, reported, and left as it is", async () => {
  const directory = newDirectory();
  await writeLog(directory, 3);
  const path = join(directory, journalFilesIn(directory)[0]!);
  truncateSync(path, statSync(path).size - 100);
  const torn = readFileSync(path);
  await writeLog(directory, 1);
  const now = readFileSync(path);
  expect(now.subarray(0, torn.length)).toEqual(torn);
  expect(now[torn.length]).toBe(0x0a);
  const opened = entriesIn(directory, { skipTorn: true }).filter(({ seq }) => seq === 0);
  expect(opened[1].detail.torn_files).toEqual([{ file: journalFilesIn(directory)[0], size: torn.length }]);
  const { result, problems } = await verifyJournal(directory, inAnHour());
  expect({ result, verdicts: problems.map(({ verdict }) => verdict).sort() }).toEqual({
    result: "incomplete",
    verdicts: ["TORN_TAIL", "UNCLOSED"],
  });
});

test("a line that another process left unfinished in the meantime is not glued to the next", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.record(event);
  appendFileSync(join(directory, journalFilesIn(directory)[0]!), '{"attempt":null,"attribut');
  await log.record(event);
  await log.close();
  const { problems, logs } = await verifyJournal(directory);
  expect(problems.map(({ verdict, at }) => [verdict, at?.line])).toEqual([["TORN_TAIL", 3]]);
  expect(logs[0]).toMatchObject({ entries: 4, state: "closed" });
});

test("lines that are no entries, whatever they hold, do not keep a log from opening", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  const [file] = journalFilesIn(directory) as [string];
  const seal = /,"chain_hash":.*$/.exec(linesIn(directory)[0]!)![0];
  const strange = [
    "",
    "garbage",
    "[]",
    "{}",
    `null${seal}`,
    `{"log":"\\ud800","seq":7${seal}`,
    `{"log":1,"seq":{}${seal}`,
  ];
  appendFileSync(join(directory, file), `${strange.join("\n")}\n\ufffe\u0000`);
  await writeLog(directory, 1, "after");
  const texts: unknown[] = [];
  for await (const { metadata } of readJournal(directory)) texts.push(metadata.text);
  expect(texts).toEqual(["entry 0", "after 0"]);
});

test("files are for their owner alone", async () => {
  const directory = join(newDirectory(), "made", "by", "us");
  const umask = process.umask(0);
  try {
    await openLog(directory, { secret: undefined as never }).log.close();
  } finally {
    process.umask(umask);
  }
  const mode = (path: string) => statSync(path).mode & 0o777;
  expect(mode(directory)).toBe(0o700);
  for (const file of [...journalFilesIn(directory), "secret", "public-key"])
    expect([file, mode(join(directory, file))]).toEqual([file, 0o600]);
});

test("a journal file that is a symbolic link is refused", async () => {
  const directory = newDirectory();
  const elsewhere = join(newDirectory(), "elsewhere");
  await writeLog(directory, 0);
  const path = join(directory, journalFilesIn(directory)[0]!);
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
  const before = readFileSync(elsewhere);
  expect(await codeOf(() => openLog(directory))).toBe("JOURNAL_UNWRITABLE");
  expect(readFileSync(elsewhere)).toEqual(before);
});

test.each([
  ["removed", (path: string) => rmSync(path)],
  ["moved away", (path: string) => renameSync(path, `${path}.1`)],
  [
    "replaced",
    (path: string) => {
      copyFileSync(path, `${path}.1`);
      renameSync(`${path}.1`, path);
    },
  ],
])(
  "in a file that was %s nothing is written: a new log goes on, and nobody notices",
  async (_how, rotate) => {
    const directory = newDirectory();
    const { log, problems } = openLog(directory);
    const before = await log.record(event);
    rotate(join(directory, journalFilesIn(directory)[0]!));
    const after = await log.record({ event_type: "test.owed" });
    expect(after.log).not.toBe(before.log);
    expect(problems).toEqual([
      expect.objectContaining({
        code: "COMMIT_RETRIED",
        message: expect.stringMatching(/moved or replaced|ENOENT/),
      }),
    ]);
    await log.record({ event_type: "test.afterwards" });
    await log.close();
    const types: string[] = [];
    for await (const { event_type } of readJournal(directory)) types.push(event_type);
    expect(types.slice(-2)).toEqual(["test.owed", "test.afterwards"]);
  },
);

test("a pipe or a directory with the name of a journal file holds nothing up", async () => {
  const directory = newDirectory();
  execFileSync("mkfifo", [join(directory, "audit_2026-01-01.jsonl")]);
  mkdirSync(join(directory, "audit_2026-01-02.jsonl"));
  await writeLog(directory, 1);
  const { result, files, problems } = await verifyJournal(directory);
  expect({ result, files }).toMatchObject({ result: "incomplete", files: [{ lines: 3 }] });
  expect(problems.map(({ verdict, at }) => [verdict, at!.file])).toEqual([
    ["REFUSED_FILE", "audit_2026-01-01.jsonl"],
    ["REFUSED_FILE", "audit_2026-01-02.jsonl"],
  ]);
});

describe("an entry that cannot be sealed", () => {
  const draft = (event_type: string, detail: object) =>
    ({ id: event_type, timestamp: "2026-11-24T12:00:00.000Z", event_type, detail }) as unknown as EntryDraft;
  const good = draft("good", {});
  const bad = draft("bad.one", { number: 1n });
  const codesOf = async (appended: Promise<unknown>[]) =>
    (await Promise.allSettled(appended)).map((each) =>
      each.status === "rejected" ? each.reason.code : "recorded",
    );
  const verdict = async (directory: string) =>
    (await verifyJournal(directory, { key: publicKeyOf(secret, "test") })).result;

  test("is refused alone, wherever it stands in a commit", async () => {
    const directory = newDirectory();
    const { journal } = openJournal(directory);
    const worse = draft("bad.two", { text: "\ud800" });
    expect(await codesOf([bad, good, worse].map((each) => journal.append(each)))).toEqual([
      "INVALID_ENTRY",
      "recorded",
      "INVALID_ENTRY",
    ]);
    expect(await codesOf([journal.append(bad)])).toEqual(["INVALID_ENTRY"]);
    expect(await codesOf([journal.append(good)])).toEqual(["recorded"]);
    await journal.close("done");
    expect(await verdict(directory)).toBe("intact");
  });

  test("is refused alone also where a commit is made again", async () => {
    const directory = newDirectory();
    const { journal, told } = openJournal(directory);
    await journal.append(good);
    rmSync(join(directory, journalFilesIn(directory)[0]!));
    const again = draft("good.again", {});
    expect(await codesOf([bad, again].map((each) => journal.append(each)))).toEqual([
      "INVALID_ENTRY",
      "recorded",
    ]);
    await journal.close("done");
    expect(told).toEqual(["COMMIT_RETRIED"]);
  });

  test("holds up none of those that were kept with it, and is reported", async () => {
    const directory = newDirectory();
    const { journal, told } = openJournal(directory);
    await journal.append(good);
    renameSync(directory, `${directory}-away`);
    expect(await codesOf([journal.append(bad), journal.append(draft("kept", {}))])).toEqual([
      "JOURNAL_UNWRITABLE",
      "JOURNAL_UNWRITABLE",
    ]);
    renameSync(`${directory}-away`, directory);
    await journal.flush();
    expect(await codesOf([journal.append(draft("after", {}))])).toEqual(["recorded"]);
    await journal.close("done");
    expect(told).toEqual(["JOURNAL_UNWRITABLE", "INVALID_ENTRY", "JOURNAL_RECOVERED", "recovered journal"]);
    expect(entriesIn(directory).map(({ event_type }) => event_type)).toEqual(
      expect.arrayContaining(["good", "kept", "after"]),
    );
  });
});

test("facts that an application says of a request are bounded, whatever they are", async () => {
  const { log } = openLog(newDirectory());
  const facts = { id: 1n, method: "\ud800", route: "/x".repeat(300), ip: {}, trace_id: null, more: "?" };
  const entry = await log.run({ request: () => facts as never }, () => log.record(event));
  expect(entry.request).toEqual({
    id: null,
    method: "\ufffd",
    route: `${"/x".repeat(128)}\u2026[truncated]`,
    ip: null,
    user_agent: null,
    trace_id: null,
  });
  await log.close();
});

test("a file that is no journal file is let alone", async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, "audit_2026-1-1.jsonl"), "not ours");
  writeFileSync(join(directory, "notes.jsonl"), "not ours");
  await writeLog(directory, 1);
  expect((await verifyJournal(directory)).files.map(({ file }) => file)).toEqual([
    expect.stringMatching(/^audit_\d{4}-\d\d-\d\d\.jsonl$/),
  ]);
});
