import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf, updateKnownHeads, verifyJournal } from "../src/index.ts";
import {
  codeOf,
  journalFilesIn,
  linesIn,
  newDirectory,
  openLog,
  otherSecret,
  secret,
  writeLines,
  writeLog,
} from "./support/journals.ts";

const key = publicKeyOf(secret);
const later = () => ({ key, now: new Date(Date.now() + 3_600_000) });
const verdicts = async (directory: string, knownHeads: string) =>
  (await verifyJournal(directory, { ...later(), knownHeads })).problems.map(({ verdict }) => verdict);

/** A journal of two logs, and the file of heads that somebody keeps of it. */
async function kept() {
  const [directory, heads] = [newDirectory(), join(newDirectory(), "heads.jsonl")];
  await writeLog(directory, 2, "first");
  await writeLog(directory, 2, "second");
  updateKnownHeads(heads, await verifyJournal(directory, later()));
  return { directory, heads };
}

const headsIn = (file: string) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { log: string; size: number });

test("a file of known heads has the newest head of each log, and only its owner reads it", async () => {
  const { directory, heads } = await kept();
  expect(headsIn(heads).map(({ size }) => size)).toEqual([4, 4]);
  expect(statSync(heads).mode & 0o777).toBe(0o600);
  expect(Object.keys(headsIn(heads)[0]!)).toEqual([
    "log",
    "size",
    "chain_hash",
    "signature",
    "log_key",
    "delegation",
  ]);
  expect(await verdicts(directory, heads)).toEqual([]);
});

test("what was written since is no contradiction, and renewing the file moves its heads on", async () => {
  const [directory, heads] = [newDirectory(), join(newDirectory(), "heads.jsonl")];
  const { log } = openLog(directory);
  const event = { event_type: "test.event" };
  await log.record(event);
  const verify = () => verifyJournal(directory, { key });
  updateKnownHeads(heads, await verify());
  expect(headsIn(heads).map(({ size }) => size)).toEqual([2]);
  await log.record(event);
  await log.close();
  expect((await verifyJournal(directory, { key, knownHeads: heads })).result).toBe("intact");
  expect(updateKnownHeads(heads, await verify())).toBe(1);
  expect(headsIn(heads).map(({ size }) => size)).toEqual([4]);
});

test("the head of a log that is gone, or was tampered with, stays", async () => {
  const { directory, heads } = await kept();
  const before = readFileSync(heads, "utf8");
  writeLines(directory, linesIn(directory).slice(0, 3));
  expect(await verdicts(directory, heads)).toEqual(["MISSING_STREAM", "TRUNCATED"]);
  const found = await verifyJournal(directory, { ...later(), knownHeads: heads });
  expect(updateKnownHeads(heads, found)).toBe(2);
  expect(readFileSync(heads, "utf8")).toBe(before);
});

test("an older state of a log never takes the place of a newer one", async () => {
  const { directory, heads } = await kept();
  const before = readFileSync(heads, "utf8");
  writeLines(directory, linesIn(directory).slice(0, 2));
  updateKnownHeads(heads, await verifyJournal(directory, later()));
  expect(readFileSync(heads, "utf8")).toBe(before);
});

test("without any end elsewhere, the answer says that nobody knows of a cut", async () => {
  const { directory, heads } = await kept();
  const words = "whether the end of the newest logs was cut off: no head from elsewhere was given";
  expect((await verifyJournal(directory, later())).notChecked).toContain(words);
  expect((await verifyJournal(directory, { ...later(), knownHeads: heads })).notChecked).not.toContain(words);
});

test("a head of a line whose signature was taken away is compared all the same", async () => {
  const { directory, heads } = await kept();
  const file = journalFilesIn(directory)[0]!;
  const lines = linesIn(directory, file);
  const [head] = headsIn(heads).map((each) => ({ ...each, ...sealOf(lines[1]!), size: 2 }));
  writeFileSync(heads, `${JSON.stringify(head)}\n`);
  writeLines(
    directory,
    lines.map((line, index) => (index === 1 ? line.replace(/"signature":"[^"]+"/, '"signature":""') : line)),
  );
  expect(await verdicts(directory, heads)).toEqual([]);
});

function sealOf(line: string) {
  const { chain_hash, signature } = JSON.parse(line);
  return { chain_hash, signature };
}

describe("a file of known heads is worth nothing", () => {
  test.each<[string, (text: string) => string]>([
    ["when a size in it is another", (text) => text.replace('"size":4', '"size":3')],
    ["when a root in it is another", (text) => text.replace(/"chain_hash":"./, '"chain_hash":"_')],
    ["when a log in it is another", (text) => text.replace('"log":"openrouter', '"log":"openr0uter')],
    ["when a line in it is no JSON", (text) => `${text}what?\n`],
    ["when a line in it is of something else", (text) => `${text}[1,2]\n`],
    ["when a line of it is cut", (text) => text.slice(0, -9)],
  ])("%s", async (_what, change) => {
    const { directory, heads } = await kept();
    writeFileSync(heads, change(readFileSync(heads, "utf8")));
    expect(await codeOf(() => verifyJournal(directory, { ...later(), knownHeads: heads }))).toBe(
      "HEADS_UNREADABLE",
    );
    const found = await verifyJournal(directory, later());
    expect(await codeOf(() => updateKnownHeads(heads, found))).toBe("HEADS_UNREADABLE");
  });

  test("when it is not there, or belongs to another key", async () => {
    const { directory, heads } = await kept();
    const work = (knownHeads: string, vkey: string) => () =>
      verifyJournal(directory, { key: vkey, knownHeads });
    expect(await codeOf(work(`${heads}.gone`, key))).toBe("HEADS_UNREADABLE");
    expect(await codeOf(work(heads, publicKeyOf(otherSecret)))).toBe("HEADS_UNREADABLE");
  });

  test("but empty lines in it mean nothing", async () => {
    const { directory, heads } = await kept();
    writeFileSync(heads, `\n${readFileSync(heads, "utf8").replaceAll("\n", "\n\n")}`);
    expect(await verdicts(directory, heads)).toEqual([]);
  });
});
