import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { v7 } from "uuid";
import { publicKeyOf, readJournal, type VerifyJournalOptions, verifyJournal } from "../src/index.ts";
import { codeOf, newDirectory, openLog, secret } from "./support/journals.ts";
import { rootOf, sealLog } from "./support/sealed-log.ts";

const { jest } = import.meta;
const uuidAt = (time: string) => v7({ msecs: Date.parse(time) });
const key = publicKeyOf(secret);
const now = new Date("2026-11-26T12:00:00Z");
const days = ["2026-11-23", "2026-11-24", "2026-11-25"] as const;
const [first, second, third] = days.map((day) => `audit_${day}.jsonl`) as [string, string, string];

const contents: Record<string, Buffer> = {};

/** One log of three days: 3, 3 and 3 lines, each file but the first beginning with a heartbeat. */
beforeAll(async () => {
  jest.useFakeTimers({
    doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance", "hrtime"] as never,
  });
  const directory = newDirectory();
  jest.setSystemTime(new Date(`${days[0]}T12:00:00Z`));
  const { log } = openLog(directory);
  for (const day of days) {
    jest.setSystemTime(new Date(`${day}T12:00:00Z`));
    for (const text of day === days[2] ? ["one"] : ["one", "two"])
      await log.record({ event_type: "test.event", metadata: { text } });
  }
  await log.close();
  jest.useRealTimers();
  for (const name of [first, second, third]) contents[name] = readFileSync(join(directory, name));
});

/** A directory with some of the files, under other names or packed where that is said. */
function directoryOf(names: Readonly<Record<string, string | Buffer>>): string {
  const directory = newDirectory();
  for (const [name, content] of Object.entries(names))
    writeFileSync(join(directory, name), typeof content === "string" ? contents[content]! : content);
  return directory;
}

const all = () => ({ [first]: first, [second]: second, [third]: third });
const packed = (name: string) => gzipSync(contents[name]!);

async function seen(paths: string | string[], options: VerifyJournalOptions = {}) {
  const { result, entries, problems, logs, files } = await verifyJournal(paths, { key, now, ...options });
  return {
    result,
    entries,
    found: problems.map(({ verdict, at }) => `${verdict} ${at && basename(at.file)}:${at?.line}`),
    states: logs.map(({ state }) => state),
    files: files.map(({ file }) => basename(file)),
  };
}

const intact = { result: "intact", entries: 9, found: [], states: ["closed"] };

describe("archives", () => {
  test("verify as the files they were made of, beside others or alone", async () => {
    const directory = directoryOf({
      [`${first}.gz`]: packed(first),
      [`${second}.gz`]: packed(second),
      [third]: third,
    });
    expect(await seen(directory)).toEqual({ ...intact, files: [`${first}.gz`, `${second}.gz`, third] });
  });

  test("made by gzip itself, of several parts, are read as well", async () => {
    const directory = directoryOf({ ...all() });
    execFileSync("gzip", ["-9", join(directory, first)]);
    const [head, tail] = [contents[second]!.subarray(0, 700), contents[second]!.subarray(700)];
    writeFileSync(join(directory, `${second}.gz`), Buffer.concat([gzipSync(head), gzipSync(tail)]));
    unlinkSync(join(directory, second));
    expect(await seen(directory)).toMatchObject(intact);
  });

  test("that stand beside what they were made of repeat each line, which changes nothing", async () => {
    const found = await seen(directoryOf({ ...all(), [`${second}.gz`]: packed(second) }));
    expect(found).toMatchObject({
      result: "intact",
      entries: 9,
      files: [first, second, `${second}.gz`, third],
    });
    expect(found.found).toEqual([1, 2, 3].map((line) => `DUPLICATE ${second}.gz:${line}`));
  });

  test("are read by readJournal too", async () => {
    const texts: unknown[] = [];
    for await (const { metadata } of readJournal(
      directoryOf({ [`${first}.gz`]: packed(first), [second]: second }),
    ))
      texts.push(metadata?.text);
    expect(texts).toEqual(["one", "two", "one", "two"]);
  });

  test("without a byte, beside what they would have been made of, hide nothing from readJournal", async () => {
    const texts: unknown[] = [];
    for await (const { metadata } of readJournal(
      directoryOf({ [`${first}.gz`]: Buffer.alloc(0), [first]: first }),
    ))
      texts.push(metadata?.text);
    expect(texts).toEqual(["one", "two"]);
  });

  test.each<[string, () => Buffer, string]>([
    ["is damaged", () => packed(first).fill(0x55, 40, 60), "does not unpack"],
    ["is cut", () => packed(first).subarray(0, -9), "does not unpack"],
    ["is none", () => contents[first]!, "does not unpack"],
    ["is empty", () => Buffer.alloc(0), "does not unpack"],
    [
      "has something behind its end",
      () => Buffer.concat([packed(first), Buffer.alloc(512)]),
      "512 bytes stand behind",
    ],
    [
      "is a bomb",
      () => gzipSync(Buffer.alloc(256 << 20), { level: constants.Z_BEST_SPEED }),
      "unpacks to more than",
    ],
  ])("one that %s is refused, and the others are read", async (_what, archive, reason) => {
    const directory = directoryOf({ ...all(), [`${first}.gz`]: archive() });
    const { result, problems, entries } = await verifyJournal(directory, { key, now });
    const refused = problems.filter(({ verdict }) => verdict === "REFUSED_FILE");
    expect({ result, entries, refused }).toMatchObject({
      result: "incomplete",
      entries: 9,
      refused: [{ at: { file: `${first}.gz`, line: 0 }, message: expect.stringContaining(reason) }],
    });
  });

  test("a line of a gigabyte in an archive takes no gigabyte", async () => {
    const piece = gzipSync(Buffer.alloc(64 << 20, 0x61), { level: constants.Z_BEST_SPEED });
    // Sixteen parts, and so much that cannot be packed that nobody takes it for a bomb.
    const noise = gzipSync(
      Buffer.from([...Array(6 << 20).keys()].map((at) => (at * 2_654_435_761) >>> 24 || 1)),
    );
    const directory = directoryOf({
      [`${first}.gz`]: Buffer.concat([noise, ...Array<Buffer>(16).fill(piece)]),
    });
    const before = process.memoryUsage().rss;
    let most = before;
    const sample = () => {
      most = Math.max(most, process.memoryUsage().rss);
    };
    await verifyJournal(directory, { key, now, onProgress: sample });
    expect(most - before).toBeLessThan(256 << 20);
  }, 60_000);
});

describe("single files", () => {
  const paths = (directory: string, ...names: string[]) => names.map((name) => join(directory, name));

  test("that are the whole log are intact, in whatever order they are named", async () => {
    const directory = directoryOf(all());
    expect(await seen(paths(directory, third, first, second))).toEqual({
      ...intact,
      files: [first, second, third],
    });
  });

  test("under other names and in other places are read in the order of their entries", async () => {
    const [one, two] = [
      directoryOf({ "zebra.jsonl": first, "b.gz": packed(third) }),
      directoryOf({ aardvark: second }),
    ];
    const names = [...paths(one, "b.gz", "zebra.jsonl"), join(two, "aardvark")];
    expect(await seen(names)).toEqual({ ...intact, files: ["zebra.jsonl", "aardvark", "b.gz"] });
  });

  test("beside a directory belong to its journal", async () => {
    const [directory, elsewhere] = [
      directoryOf({ [first]: first, [third]: third }),
      directoryOf({ [second]: second }),
    ];
    expect(await seen([directory, join(elsewhere, second)])).toMatchObject(intact);
    expect((await seen(directory)).found).toEqual([`SEQ_GAP ${third}:1`]);
  });

  test("of the middle of a log go on from what the heartbeat says of those before", async () => {
    const found = await seen(paths(directoryOf({ [second]: second }), second));
    expect(found).toMatchObject({
      result: "incomplete",
      entries: 3,
      found: [`PARTIAL ${second}:1`],
      states: ["continues"],
    });
  });

  test("without the one in the middle are verified on both sides of it", async () => {
    const found = await seen(paths(directoryOf({ [first]: first, [third]: third }), first, third));
    expect(found).toMatchObject({
      result: "incomplete",
      entries: 6,
      found: [`PARTIAL ${third}:1`],
      states: ["closed"],
    });
  });

  test("of which a line is taken out are tampered with all the same", async () => {
    const lines = contents[second]!.toString().split("\n");
    const directory = directoryOf({ [second]: Buffer.from(lines.toSpliced(1, 1).join("\n")) });
    expect((await seen(join(directory, second))).found).toEqual([
      `SEQ_GAP ${second}:2`,
      `PARTIAL ${second}:1`,
    ]);
  });

  test("of which the heartbeat is taken out say nothing of the rest", async () => {
    const lines = contents[second]!.toString().split("\n");
    const directory = directoryOf({ [second]: Buffer.from(lines.slice(1).join("\n")) });
    expect(await seen(join(directory, second))).toMatchObject({ entries: 0, found: [`PARTIAL ${second}:1`] });
  });

  test("named twice, or within a directory that is named, are read once", async () => {
    const directory = directoryOf(all());
    const names = [join(directory, second), directory, join(directory, ".", second)];
    expect(await seen(names)).toEqual({ ...intact, files: [first, second, third] });
  });
});

describe("a range of days", () => {
  const range = (since: string | null, until: string | null) => ({
    ...(since && { since: new Date(since) }),
    ...(until && { until: new Date(until) }),
  });
  const asked = (since: string | null, until: string | null) => seen(directoryOf(all()), range(since, until));

  test("leaves out the files of other days, and says nothing of what is in them", async () => {
    expect(await asked("2026-11-24", "2026-11-25")).toEqual({
      result: "intact",
      entries: 3,
      found: [],
      states: ["continues"],
      files: [second],
    });
    expect(await asked("2026-11-24", null)).toMatchObject({
      result: "intact",
      entries: 6,
      states: ["closed"],
    });
    expect(await asked(null, "2026-11-24T18:00:00Z")).toMatchObject({ result: "intact", entries: 6 });
  });

  test("is told beside what was found", async () => {
    const { requested, found, notChecked } = await verifyJournal(directoryOf(all()), {
      key,
      now,
      ...range("2026-11-24", "2026-11-25"),
    });
    expect(requested).toEqual({ since: "2026-11-24", until: "2026-11-24" });
    expect([found.since, found.until].map((time) => time?.slice(0, 10))).toEqual([
      "2026-11-24",
      "2026-11-24",
    ]);
    expect(notChecked).toEqual(
      expect.arrayContaining([
        "what came before the time asked for",
        "what came after the time asked for, and so where logs end",
      ]),
    );
  });

  test("in which a file is missing is tampered with", async () => {
    const { found } = await seen(directoryOf({ [first]: first, [third]: third }), range("2026-11-23", null));
    expect(found).toEqual([`SEQ_GAP ${third}:1`]);
  });

  test("behind which no file was left out is none: what is missing there is missing", async () => {
    const cut = contents[third]!.toString().split("\n").slice(0, 2).join("\n");
    const directory = directoryOf({ ...all(), [third]: Buffer.from(`${cut}\n`) });
    const knownHeads = (await verifyJournal(directoryOf(all()), { key, now })).logs.map(({ head }) => head!);
    for (const limits of [
      range(null, "2027-01-01"),
      range("2026-11-01", "2027-01-01"),
      range("2026-11-24", null),
    ])
      expect((await seen(directory, { ...limits, knownHeads })).found).toEqual(["TRUNCATED null:undefined"]);
    expect((await seen(directory, { ...range(null, "2026-11-25"), knownHeads })).result).toBe("intact");
  });

  test("shows that a log is gone which began in it, and says nothing of one that began before", async () => {
    const later = sealLog(
      rootOf(secret),
      // The time in the UUID is the 24th of November.
      `openrouter-audit/host/${uuidAt("2026-11-24T15:00:00Z")}`,
      [["audit.opened"], ["audit.closed"]],
      "2026-11-24T15:00:00.000Z",
    );
    const whole = Buffer.concat([
      contents[second]!,
      Buffer.from(later.lines.map((line) => `${line}\n`).join("")),
    ]);
    const knownHeads = (
      await verifyJournal(directoryOf({ ...all(), [second]: whole }), { key, now })
    ).logs.map(({ head }) => head!);
    const without = directoryOf({ [first]: first, [third]: third, [second]: second });
    expect((await seen(without, { ...range("2026-11-24", null), knownHeads })).found).toEqual([
      "MISSING_STREAM null:undefined",
    ]);
    expect((await seen(without, { ...range("2026-11-25", null), knownHeads })).found).toEqual([]);
  });

  test("without a file is no answer", async () => {
    const work = () => seen(directoryOf(all()), range("2027-01-01", null));
    expect(await codeOf(work)).toBe("JOURNAL_UNREADABLE");
  });
});

describe("of what is no plain file", () => {
  test("a link in a journal directory is refused: it shows what stands elsewhere", async () => {
    const directory = directoryOf({ [first]: first, [third]: third });
    symlinkSync(join(directoryOf({ [second]: second }), second), join(directory, second));
    expect((await seen(directory)).found).toEqual([`SEQ_GAP ${third}:1`, `REFUSED_FILE ${second}:0`]);
  });

  test("a pipe and a directory are refused, and nobody waits for them", async () => {
    const directory = directoryOf(all());
    execFileSync("mkfifo", [join(directory, "audit_2026-11-26.jsonl")]);
    mkdirSync(join(directory, "audit_2026-11-27.jsonl.gz"));
    expect((await seen(directory)).found).toEqual([
      "REFUSED_FILE audit_2026-11-26.jsonl:0",
      "REFUSED_FILE audit_2026-11-27.jsonl.gz:0",
    ]);
    expect(await codeOf(() => seen(join(directory, "audit_2026-11-26.jsonl")))).toBe("JOURNAL_UNREADABLE");
  });

  test("a link that is named itself is followed", async () => {
    const directory = directoryOf(all());
    const link = join(newDirectory(), "journal");
    symlinkSync(directory, link);
    expect(await seen(link)).toMatchObject(intact);
  });
});

test("a journal that nobody may write to is verified, and left as it is", async () => {
  const directory = directoryOf(all());
  writeFileSync(join(directory, "public-key"), `${key}\n`);
  for (const name of [first, second, third]) chmodSync(join(directory, name), 0o400);
  chmodSync(directory, 0o500);
  expect(await verifyJournal(directory, { now })).toMatchObject({ result: "intact", keySource: "journal" });
  chmodSync(directory, 0o700);
});

test("a file renamed within its directory to a later day is in order, one to an earlier day is not", async () => {
  const directory = directoryOf(all());
  renameSync(join(directory, third), join(directory, "audit_2026-11-30.jsonl"));
  expect((await seen(directory)).result).toBe("intact");
  renameSync(join(directory, second), join(directory, "audit_2026-11-01.jsonl"));
  expect((await seen(directory)).result).not.toBe("intact");
});
