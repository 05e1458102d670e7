import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LogHead, publicKeyOf, type VerifyJournalOptions, verifyJournal } from "../src/index.ts";
import { type AnchorEntry, cutOf, writeAnchorLog } from "./support/anchor-log.ts";
import { codeOf, newDirectory, openLog, secret } from "./support/journals.ts";
import { linesByDay, sourceInMemory } from "./support/source-in-memory.ts";

/** What heads never show. */
const behindHeads = "whether what came after the heads was cut off, or a log without one taken away";

const { jest } = import.meta;
const key = publicKeyOf(secret);
const now = new Date("2026-11-26T12:00:00Z");
const [first, second, third] = [
  "audit_2026-11-23.jsonl",
  "audit_2026-11-24.jsonl",
  "audit_2026-11-25.jsonl",
] as const;

let files: Record<string, string>;
let linesOf: Record<"early" | "late", string[]>;
let heads: Record<"early" | "late", LogHead>;

/** An early log of the first day only; a late one that begins on it, and ends on the third. */
beforeAll(async () => {
  jest.useFakeTimers({
    doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance", "hrtime"] as never,
  });
  const directory = newDirectory();
  const event = { event_type: "test.event" };
  jest.setSystemTime(new Date("2026-11-23T12:00:00Z"));
  const early = openLog(directory).log;
  await early.record(event);
  await early.close();
  const late = openLog(directory).log;
  for (const day of ["23", "24", "25"]) {
    jest.setSystemTime(new Date(`2026-11-${day}T13:00:00Z`));
    await late.record(event);
  }
  await late.close();
  jest.useRealTimers();
  files = Object.fromEntries(
    [first, second, third].map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );
  const lines = Object.values(files).join("").trimEnd().split("\n");
  const origin = JSON.parse(lines[0]!).log;
  const isEarly = (line: string) => JSON.parse(line).log === origin;
  linesOf = { early: lines.filter(isEarly), late: lines.filter((line) => !isEarly(line)) };
  const { logs } = await verifyJournal(directory, { key, now });
  heads = { early: logs[0]!.head!, late: logs[1]!.head! };
});

interface Journal {
  readonly without?: readonly string[];
  readonly anchored?: readonly AnchorEntry[];
}

function journalOf({ without = [], anchored = [] }: Journal): string {
  const directory = newDirectory();
  for (const [name, text] of Object.entries(files))
    if (!without.includes(name)) writeFileSync(join(directory, name), text);
  writeAnchorLog(directory, anchored);
  return directory;
}

async function findings(directory: string, options: VerifyJournalOptions = {}) {
  const { problems } = await verifyJournal(directory, { key, now, ...options });
  return problems.map(({ verdict, at }) => (at ? `${verdict} ${at.file}:${at.line}` : verdict)).sort();
}

const allHeads = (): AnchorEntry => [
  "audit.anchored",
  { heads: [heads.early, heads.late] },
  "2026-11-25T14:00:00.000Z",
];
const deletedOn = (day: string, ...cuts: object[]): AnchorEntry => [
  "audit.deleted",
  { files: [], policy: "90 days", cuts },
  `${day}T00:00:00.000Z`,
];
/** The first day: all of the early log, and the first two lines of the late one. */
const firstDay = () => [
  cutOf(linesOf.early, 3, heads.early, true),
  cutOf(linesOf.late, 2, heads.late, false),
];

test("the anchor log of a journal is read, and each log says when it was anchored last", async () => {
  const directory = journalOf({ anchored: [allHeads()] });
  const { result, logs, anchor, notChecked } = await verifyJournal(directory, { key, now });
  expect([result, notChecked]).toEqual([
    "intact",
    [behindHeads, expect.stringContaining("whether an old copy of the anchor log")],
  ]);
  const time = "2026-11-25T14:00:00.000Z";
  expect(logs.map(({ anchored }) => anchored)).toEqual([
    { size: 3, time },
    { size: 7, time },
  ]);
  expect(anchor).toMatchObject({ directory: join(directory, "anchor"), newest: time, head: { size: 2 } });
  const without = await verifyJournal(directory, { key, now, anchors: null });
  expect([without.anchor, without.notChecked]).toEqual([
    null,
    [
      expect.stringContaining("no head from elsewhere"),
      `what the anchor log in ${join(directory, "anchor")} says: it was not among those to read`,
    ],
  ]);
});

test("an anchor log that is kept elsewhere is named, and has to be there", async () => {
  const [directory, elsewhere] = [newDirectory(), journalOf({ anchored: [allHeads()] })];
  writeFileSync(join(directory, third), files[third]!);
  expect(await findings(directory, { anchors: join(elsewhere, "anchor") })).toContain(
    "MISSING_STREAM anchor.jsonl:2",
  );
  expect(await codeOf(() => findings(directory, { anchors: elsewhere }))).toBe("JOURNAL_UNREADABLE");
});

test("heads of logs that are not in single files are not compared, and it is said how many", async () => {
  const paths = [join(journalOf({}), third)];
  const said = async (...knownHeads: LogHead[]) =>
    (await verifyJournal(paths, { key, now, knownHeads })).notChecked.filter((what) =>
      /\bheads?,/.test(what),
    );
  const ofOne = "1 head, because the log or the entries that it is of are not in these files";
  expect(await said(heads.early)).toEqual([ofOne]);
  expect(await said(heads.early, heads.early)).toEqual([
    "2 heads, because the logs or the entries that they are of are not in these files",
  ]);
});

test("what was anchored and is gone is named with the place in the anchor log", async () => {
  const directory = journalOf({ without: [third], anchored: [allHeads()] });
  expect(await findings(directory)).toEqual(["TRUNCATED anchor.jsonl:2"]);
});

test("a journal of which all files are gone is not unreadable, but missing", async () => {
  const directory = journalOf({ without: [first, second, third], anchored: [allHeads()] });
  expect(await findings(directory)).toEqual([
    "MISSING_STREAM anchor.jsonl:2",
    "MISSING_STREAM anchor.jsonl:2",
  ]);
  expect(await codeOf(() => findings(directory, { anchors: null }))).toBe("JOURNAL_UNREADABLE");
});

test("an anchor log that is damaged makes the whole no better than that", async () => {
  const directory = journalOf({ anchored: [allHeads()] });
  const path = join(directory, "anchor", "anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace("T14:00", "T15:00"));
  expect(await findings(directory)).toEqual(["ROOT_MISMATCH anchor.jsonl:2"]);
});

test("an anchor log that is gone is missing as long as its checkpoint is there", async () => {
  const directory = journalOf({ anchored: [allHeads()] });
  const { anchor } = await verifyJournal(directory, { key, now });
  const { log, size, chain_hash, signature } = anchor!.head!;
  const checkpoint = `${log}\n${size}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`;
  writeFileSync(join(directory, "anchor", "checkpoint"), checkpoint);
  rmSync(join(directory, "anchor", "anchor.jsonl"));
  expect(await findings(directory)).toEqual(["MISSING_STREAM"]);
});

test("a checkpoint from elsewhere is a known head of the anchor log, which is older than that when it was put back", async () => {
  const directory = journalOf({ anchored: [allHeads()] });
  const { anchor } = await verifyJournal(directory, { key, now });
  const { log, size, chain_hash, signature } = anchor!.head!;
  const copy = join(newDirectory(), "checkpoint");
  writeFileSync(copy, `${log}\n${size}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`);
  expect((await verifyJournal(directory, { key, now, knownHeads: copy })).notChecked).toEqual([behindHeads]);
  const older = journalOf({ anchored: [] });
  expect(await findings(older, { knownHeads: copy })).toEqual(["TRUNCATED"]);
  writeFileSync(copy, `${log}\n${size + 1}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`);
  expect(await codeOf(() => findings(older, { knownHeads: copy }))).toBe("HEADS_UNREADABLE");
});

describe("whoever knows a head of the anchor log, and is shown none,", () => {
  let copy: string;
  let head: LogHead;
  beforeEach(async () => {
    head = (await verifyJournal(journalOf({ anchored: [allHeads()] }), { key, now })).anchor!.head!;
    const { log, size, chain_hash, signature } = head;
    copy = join(newDirectory(), "checkpoint");
    writeFileSync(copy, `${log}\n${size}\n${chain_hash}\n\n\u2014 ${log} ${signature}\n`);
  });
  const missing = {
    verdict: "MISSING_STREAM",
    result: "tampered",
    log: "openrouter-audit/anchor",
    seq: null,
    at: null,
    message:
      "the anchor log openrouter-audit/anchor is not here: a known head proves 2 entries of it. One that is kept elsewhere has to be given too",
  };

  test("misses it, whatever else was taken away with it, and nothing false is said", async () => {
    const cut = journalOf({ without: [third] });
    rmSync(join(cut, "anchor"), { recursive: true });
    const { result, problems, notChecked } = await verifyJournal(cut, { key, now, knownHeads: copy });
    expect([result, problems[0]]).toEqual(["tampered", missing]);
    expect(notChecked).toEqual([
      "whether the end of the newest logs was cut off: no head of them was given, and none is in an anchor log here",
    ]);
    for (const name of [first, second]) rmSync(join(cut, name));
    expect(await findings(cut, { knownHeads: copy })).toEqual(["MISSING_STREAM"]);
  });

  test("misses it in a part of a journal too, which needs no file of it", async () => {
    const directory = journalOf({});
    rmSync(join(directory, "anchor"), { recursive: true });
    const knownHeads = copy;
    const since = new Date("2026-11-25");
    expect(await findings(directory, { knownHeads, since })).toEqual(["MISSING_STREAM"]);
    expect(await findings(directory, { knownHeads, until: since })).toEqual(["MISSING_STREAM"]);
    expect(await findings(directory, { knownHeads, anchors: null })).toEqual(["MISSING_STREAM"]);
    const paths = [first, second, third].map((name) => join(directory, name));
    expect((await verifyJournal(paths, { key, now, knownHeads })).problems).toEqual([missing]);
    const anchors = join(journalOf({ anchored: [allHeads()] }), "anchor");
    expect((await verifyJournal(paths, { key, now, knownHeads, anchors })).problems).toEqual([]);
  });

  test("misses it where it is looked for, and nothing is there, or nothing that is it", async () => {
    const directory = journalOf({});
    const anchors = newDirectory();
    const seen = async () =>
      (await verifyJournal(directory, { key, now, anchors, knownHeads: copy })).problems.map(
        ({ verdict, log }) => [verdict, log],
      );
    const isMissing = ["MISSING_STREAM", head.log];
    expect(await seen()).toEqual([isMissing]);
    writeFileSync(join(anchors, "anchor.jsonl"), "");
    expect(await seen()).toEqual([isMissing]);
    writeFileSync(join(anchors, "anchor.jsonl"), "{");
    expect(await seen()).toEqual([isMissing, ["TORN_TAIL", null]]);
    writeFileSync(join(anchors, "anchor.jsonl"), `${linesOf.early[0]}\n`);
    expect(await seen()).toEqual([["UNDELEGATED_STREAM", null], isMissing]);
    const elsewhere = join(anchors, "nowhere");
    const named = { key, now, anchors: elsewhere, knownHeads: copy };
    expect(await codeOf(() => verifyJournal(directory, named))).toBe("JOURNAL_UNREADABLE");
  });

  test("misses it as one of several heads; those of other logs ask for no anchor log", async () => {
    const directory = journalOf({});
    rmSync(join(directory, "anchor"), { recursive: true });
    const ofLogs = [heads.early, heads.late];
    expect(await findings(directory, { knownHeads: ofLogs })).toEqual([]);
    const { problems, notChecked } = await verifyJournal(directory, {
      key,
      now,
      knownHeads: [...ofLogs, head],
    });
    expect([problems, notChecked]).toEqual([[missing], [behindHeads]]);
  });

  test("misses it beside a store, where one that is named is read", async () => {
    const knownHeads = copy;
    const source = sourceInMemory(
      linesByDay(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))),
    );
    expect((await verifyJournal(source, { key, now, knownHeads })).problems).toEqual([missing]);
    const anchors = join(journalOf({ anchored: [allHeads()] }), "anchor");
    const { result, notChecked } = await verifyJournal(source, { key, now, knownHeads, anchors });
    expect([result, notChecked]).toEqual(["intact", [behindHeads]]);
  });
});

describe("what retention deleted", () => {
  test("is not missed when a tombstone says so, and what is left verifies", async () => {
    const directory = journalOf({
      without: [first],
      anchored: [allHeads(), deletedOn("2026-11-26", ...firstDay())],
    });
    const { result, logs, problems } = await verifyJournal(directory, { key, now });
    expect({ result, problems }).toEqual({ result: "intact", problems: [] });
    expect(logs.map(({ entries, first: begins }) => [entries, begins?.seq])).toEqual([[5, 2]]);
  });

  test("without a tombstone is", async () => {
    const directory = journalOf({ without: [first], anchored: [allHeads()] });
    expect(await findings(directory)).toEqual(["MISSING_STREAM anchor.jsonl:2", `SEQ_GAP ${second}:1`]);
  });

  test("is missed beyond what the tombstone says", async () => {
    const directory = journalOf({
      without: [first, second],
      anchored: [deletedOn("2026-11-26", ...firstDay())],
    });
    expect(await findings(directory)).toEqual([`SEQ_GAP ${third}:1`]);
    const { problems } = await verifyJournal(directory, { key, now });
    expect(problems[0]!.message).toBe("entries 2 to 3 are missing before entry 4");
  });

  test("is missed when a log that is gone had more than the tombstone says", async () => {
    const closedTooSoon = cutOf(linesOf.late, 2, { ...heads.late }, true);
    const anchored = [allHeads(), deletedOn("2026-11-26", firstDay()[0]!, closedTooSoon)];
    const directory = journalOf({ without: [first, second, third], anchored });
    expect(await findings(directory)).toEqual(["MISSING_STREAM anchor.jsonl:2"]);
  });

  test("day by day is known from the newest tombstone, also when a file of it is still there", async () => {
    const secondDay = deletedOn("2026-11-26", cutOf(linesOf.late, 4, heads.late, false));
    const anchored = [deletedOn("2026-11-25", ...firstDay()), secondDay];
    expect(await findings(journalOf({ without: [first, second], anchored }))).toEqual([]);
    expect(await findings(journalOf({ without: [first], anchored }))).toEqual([]);
    expect(await findings(journalOf({ anchored }))).toEqual([]);
  });

  test("is missed when more than that is gone", async () => {
    const directory = journalOf({
      without: [first],
      anchored: [deletedOn("2026-11-26", ...firstDay())],
    });
    // The heartbeat behind the cut: nothing stands in for it.
    writeFileSync(join(directory, second), files[second]!.split("\n").slice(1).join("\n"));
    expect(await findings(directory)).toEqual([`SEQ_GAP ${second}:1`]);
  });

  test("by a tombstone that proves nothing is missed", async () => {
    const [early, late] = firstDay();
    const forged = { ...late, size: 1 };
    const directory = journalOf({ without: [first], anchored: [deletedOn("2026-11-26", early!, forged)] });
    expect(await findings(directory)).toEqual([`SEQ_GAP ${second}:1`]);
  });

  test("too soon is a violation, whoever deleted it", async () => {
    const directory = journalOf({ without: [first], anchored: [deletedOn("2026-11-26", ...firstDay())] });
    const day = 86_400_000;
    expect(await findings(directory, { minRetentionMs: 2 * day })).toEqual([]);
    expect(await findings(directory, { minRetentionMs: 3 * day })).toEqual([
      "RETENTION_VIOLATION",
      "RETENTION_VIOLATION",
    ]);
  });

  test("by a clock that was set ahead is a violation once it is back", async () => {
    const ahead = deletedOn("2036-11-26", ...firstDay());
    const minRetentionMs = 4 * 86_400_000;
    const violations = ["RETENTION_VIOLATION", "RETENTION_VIOLATION"];
    expect(await findings(journalOf({ without: [first], anchored: [ahead] }), { minRetentionMs })).toEqual(
      violations,
    );
    // Whoever comes when that time is there has what was written behind.
    const later = { minRetentionMs, now: new Date("2037-01-01T00:00:00.000Z") };
    const directory = (...behind: ReturnType<typeof allHeads>[]) =>
      journalOf({ without: [first], anchored: [ahead, ...behind] });
    expect((await findings(directory(allHeads()), later)).filter((one) => violations.includes(one))).toEqual(
      violations,
    );
    expect((await findings(directory(), later)).filter((one) => violations.includes(one))).toEqual([]);
  });
});
