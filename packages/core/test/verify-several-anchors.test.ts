import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type JournalVerification,
  publicKeyOf,
  type VerifyJournalOptions,
  verifyJournal,
} from "../src/index.ts";
import { type AnchorEntry, cutOf, writeAnchorLog } from "./support/anchor-log.ts";
import { newDirectory, openLog, secret } from "./support/journals.ts";

const key = publicKeyOf(secret);
const time = "2026-11-25T14:00:00.000Z";

/** A journal of one log, with an anchor log that knows it. */
async function anchoredJournal(...more: AnchorEntry[]): Promise<string> {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.record({ event_type: "test.event" });
  await log.close();
  const { logs } = await verifyJournal(directory, { key });
  writeAnchorLog(directory, [["audit.anchored", { heads: [logs[0]!.head] }, time], ...more]);
  return directory;
}

const fileIn = (directory: string) =>
  join(directory, readdirSync(directory).find((name) => name.startsWith("audit_"))!);

/** A journal all of whose files were deleted, as its anchor log says. */
async function deletedJournal(): Promise<string> {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await log.close();
  const { logs } = await verifyJournal(directory, { key });
  const head = logs[0]!.head!;
  const lines = readFileSync(fileIn(directory), "utf8").trimEnd().split("\n");
  const cuts = [cutOf(lines, lines.length, head, true)];
  writeAnchorLog(directory, [
    ["audit.anchored", { heads: [head] }, time],
    ["audit.deleted", { files: [], policy: "90 days", cuts }, "2036-11-26T00:00:00.000Z"],
  ]);
  rmSync(fileIn(directory));
  return directory;
}

async function inBothOrders(
  [a, b]: readonly [string, string],
  options: VerifyJournalOptions = {},
): Promise<[JournalVerification, JournalVerification]> {
  const verified = (paths: string[]) => verifyJournal(paths, { key, ...options });
  return [await verified([a, b]), await verified([b, a])];
}

const findingsOf = ({ result, problems }: JournalVerification) => [
  result,
  ...problems.map(({ verdict, at }) => (at ? `${verdict} ${at.file}:${at.line}` : verdict)),
];

/** The newest line of an anchor log as a checkpoint of it, as somebody keeps a copy. */
async function checkpointOf(directory: string): Promise<string> {
  const { log, size, chain_hash, signature } = (await verifyJournal(directory, { key })).anchor!.head!;
  const copy = join(newDirectory(), "checkpoint");
  writeFileSync(copy, `${log}\n${size}\n${chain_hash}\n\n— ${log} ${signature}\n`);
  return copy;
}

test("what is missing of any of several journals is, in whatever order they are given", async () => {
  const [whole, emptied] = [await anchoredJournal(), await anchoredJournal()];
  rmSync(fileIn(emptied));
  const missing = ["tampered", `MISSING_STREAM ${join(emptied, "anchor", "anchor.jsonl")}:2`];
  for (const found of await inBothOrders([whole, emptied])) expect(findingsOf(found)).toEqual(missing);
});

test("each of several journals has its own anchor log, and all are named", async () => {
  const [one, other] = [await anchoredJournal(), await anchoredJournal()];
  const [found] = await inBothOrders([one, other]);
  expect(findingsOf(found)).toEqual(["intact"]);
  expect(found.anchors.map(({ directory }) => directory)).toEqual([
    join(one, "anchor"),
    join(other, "anchor"),
  ]);
  expect(found.anchor).toEqual(found.anchors[0]);
  expect(found.logs.map(({ anchored }) => anchored)).toEqual([
    { size: 3, time },
    { size: 3, time },
  ]);
  expect(found.notChecked).toContainEqual(expect.stringContaining("old copy of one of the anchor logs"));
});

test("a journal beside an anchored one, that nobody anchored, is said to have logs without a head", async () => {
  const [anchored, other] = [await anchoredJournal(), newDirectory()];
  await openLog(other).log.close();
  for (const found of await inBothOrders([anchored, other]))
    expect(found.notChecked[0]).toBe(
      "whether what came after the heads was cut off, or a log without one taken away (1 of these has none)",
    );
});

test("an anchor log in a journal that is not read, as another is named, is said to be none of those", async () => {
  const [one, other] = [await anchoredJournal(), await anchoredJournal()];
  const anchors = [join(one, "anchor")];
  const { notChecked } = await verifyJournal([one, other], { key, anchors });
  const unread = `what the anchor log in ${join(other, "anchor")} says: it was not among those to read`;
  expect(notChecked).toContain(unread);
  const all = await verifyJournal([one, other], { key, anchors: [...anchors, join(other, "anchor")] });
  expect(all.notChecked).not.toContain(unread);
});

test("a log that was moved to another of the directories is not missing", async () => {
  const [from, to] = [await anchoredJournal(), newDirectory()];
  cpSync(fileIn(from), join(to, "audit_2026-01-01.jsonl"));
  rmSync(fileIn(from));
  for (const found of await inBothOrders([from, to]))
    expect(found.problems.map(({ verdict }) => verdict)).not.toContain("MISSING_STREAM");
});

test("what retention deleted of one of several journals is not missing, in whatever order they are given", async () => {
  const [deleted, whole] = [await deletedJournal(), await anchoredJournal()];
  for (const found of await inBothOrders([deleted, whole])) expect(findingsOf(found)).toEqual(["intact"]);
});

test("a log that a later one in another journal links was deleted there, and is not missing", async () => {
  const [old, next] = [newDirectory(), newDirectory()];
  await openLog(old).log.close();
  const file = fileIn(old);
  const { logs } = await verifyJournal(old, { key });
  cpSync(file, join(next, file.slice(old.length)));
  await openLog(next).log.close();
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const later = readFileSync(fileIn(next), "utf8").trimEnd().split("\n").slice(lines.length);
  writeFileSync(fileIn(next), later.map((line) => `${line}\n`).join(""));
  expect((await verifyJournal(next, { key })).result).toBe("tampered");
  const cuts = [cutOf(lines, lines.length, logs[0]!.head!, true)];
  writeAnchorLog(old, [["audit.deleted", { files: [], policy: "90 days", cuts }, time]]);
  rmSync(file);
  for (const found of await inBothOrders([old, next])) expect(findingsOf(found)).toEqual(["intact"]);
});

test("one anchor log under two names is read once", async () => {
  const directory = await anchoredJournal();
  const link = join(newDirectory(), "link");
  symlinkSync(directory, link);
  rmSync(fileIn(directory));
  for (const { anchors, problems } of await inBothOrders([directory, link]))
    expect([anchors.length, problems.length]).toEqual([1, 1]);
});

test("a known head of an anchor log is one of any of several, and accuses no other", async () => {
  const [one, other] = [await anchoredJournal(), await anchoredJournal()];
  const knownHeads = await checkpointOf(other);
  for (const found of await inBothOrders([one, other], { knownHeads })) {
    expect(findingsOf(found)).toEqual(["intact"]);
    expect(found.notChecked).toContainEqual(expect.stringContaining("old copy of one of 1 of 2 anchor logs"));
  }
});

test("a known head that none of several anchor logs reaches is of one that was cut", async () => {
  const [one, other] = [
    await anchoredJournal(),
    await anchoredJournal(["audit.anchored", { heads: [] }, time]),
  ];
  const knownHeads = await checkpointOf(other);
  const path = join(other, "anchor", "anchor.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(0, 2).join("\n").concat("\n"));
  for (const found of await inBothOrders([one, other], { knownHeads }))
    expect(findingsOf(found)).toEqual(["tampered", "TRUNCATED"]);
  rmSync(join(other, "anchor"), { recursive: true });
  for (const found of await inBothOrders([one, other], { knownHeads }))
    expect(findingsOf(found)).toEqual(["tampered", "TRUNCATED"]);
  rmSync(join(one, "anchor"), { recursive: true });
  for (const found of await inBothOrders([one, other], { knownHeads }))
    expect(findingsOf(found)).toEqual(["tampered", "MISSING_STREAM"]);
});

test("an anchor log of which only a checkpoint is left is missing beside one that is there", async () => {
  const [one, other] = [await anchoredJournal(), await anchoredJournal()];
  cpSync(await checkpointOf(other), join(other, "anchor", "checkpoint"));
  rmSync(join(other, "anchor", "anchor.jsonl"));
  for (const found of await inBothOrders([one, other])) {
    expect(findingsOf(found)).toEqual(["tampered", "MISSING_STREAM"]);
    expect(found.problems[0]!.message).toContain(join(other, "anchor", "checkpoint"));
  }
});

test("anchor logs that are named are read instead of those beside, and all have to be there", async () => {
  const [one, other, kept] = [await anchoredJournal(), await anchoredJournal(), newDirectory()];
  cpSync(join(other, "anchor"), kept, { recursive: true });
  rmSync(fileIn(other));
  const anchors = [join(one, "anchor"), kept];
  for (const found of await inBothOrders([one, other], { anchors })) {
    expect(findingsOf(found)).toEqual(["tampered", `MISSING_STREAM ${join(kept, "anchor.jsonl")}:2`]);
    expect(found.anchors.map(({ directory }) => directory)).toEqual(anchors);
  }
  const nowhere = verifyJournal([one, other], { key, anchors: [kept, join(kept, "nowhere")] });
  await expect(nowhere).rejects.toMatchObject({ code: "JOURNAL_UNREADABLE" });
});
