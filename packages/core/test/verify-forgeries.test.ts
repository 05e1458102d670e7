import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { publicKeyOf, verifyJournal } from "../src/index.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { formatLine } from "../src/seal/line.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import {
  type AnyEntry,
  entriesIn,
  journalFilesIn,
  newDirectory,
  secret,
  writeLog,
} from "./support/journals.ts";
import { longJournal } from "./support/random-journal.ts";

/** What somebody without any key can write: a next line of a log, with the right root and no signature. */
function unsignedLine(directory: string, change: (entry: AnyEntry) => AnyEntry): string {
  const lines = readFileSync(fileOf(directory), "utf8").trimEnd().split("\n");
  const leaves = lines.map((line) => {
    const { chain_hash: _root, signature: _signature, ...leaf } = JSON.parse(line);
    return leaf;
  });
  const next = change({ ...leaves.at(-1), seq: leaves.length, id: "forged" });
  const tree = new MerkleTree();
  for (const leaf of [...leaves, next]) tree.append(leafHash(canonicalJson(leaf)));
  return `${formatLine(canonicalJson(next), tree.root().toString("base64"), "")}\n`;
}

const fileOf = (directory: string) => join(directory, journalFilesIn(directory)[0]!);

/** A journal of one log that was never closed. */
async function unclosedJournal(): Promise<string> {
  const directory = newDirectory();
  await writeLog(directory, 2);
  const lines = readFileSync(fileOf(directory), "utf8").trimEnd().split("\n");
  writeFileSync(fileOf(directory), `${lines.slice(0, -1).join("\n")}\n`);
  return directory;
}

const opening = (links: unknown) => (entry: AnyEntry) => ({
  ...entry,
  event_type: "audit.opened",
  detail: { links },
});

describe("a line that nobody signed says nothing", () => {
  test.each<[string, (entry: AnyEntry) => AnyEntry]>([
    ["of links to a log that never was", opening([{ log: "x/y/z", size: 3, chain_hash: "", signature: "" }])],
    ["of links that are no links", opening([null, 7, { log: 7 }])],
    ["of an end", (entry) => ({ ...entry, event_type: "audit.closed", detail: { reason: "forged" } })],
    ["of being alive", (entry) => ({ ...entry, recorded_at: "2099-01-01T00:00:00.000Z" })],
    ["of a gap", (entry) => ({ ...entry, event_type: "audit.gap", detail: { count: 5, reason: "forged" } })],
  ])("%s", async (_what, change) => {
    const directory = await unclosedJournal();
    const later = { now: new Date(Date.now() + 3_600_000) };
    const before = await verifyJournal(directory, later);
    appendFileSync(fileOf(directory), unsignedLine(directory, change));
    const after = await verifyJournal(directory, later);
    expect(after.problems.map(({ verdict }) => verdict).sort()).toEqual(["UNCLOSED", "UNSIGNED_TAIL"]);
    expect(after.logs[0]).toMatchObject({
      entries: before.entries,
      state: "unclosed",
      last: before.logs[0]!.last,
    });
  });
});

test("lines before a gap say nothing without a signature of their own, whatever is signed behind the gap", async () => {
  const directory = newDirectory();
  const [first, ...later] = longJournal(50);
  const [day, bytes] = first!;
  for (const [name, contents] of later) writeFileSync(join(directory, name), contents);
  // The second line is signed by the last of its commit, which is cut off with the rest of the day.
  writeFileSync(join(directory, day), `${bytes.toString().split("\n").slice(0, 2).join("\n")}\n`);
  const forged = unsignedLine(directory, (entry) => ({
    ...entry,
    event_type: "audit.gap",
    detail: { count: 5, reason: "forged" },
  }));
  appendFileSync(join(directory, day), forged);
  const files = [day, ...later.map(([name]) => name)].map((name) => join(directory, name));
  const { result, problems, entries } = await verifyJournal(files, { key: publicKeyOf(secret) });
  const found = problems.map(({ verdict, at }) => `${verdict} ${basename(at!.file)}:${at!.line}`);
  expect([result, found.sort()]).toEqual([
    "incomplete",
    [`PARTIAL ${later[0]![0]}:1`, `UNSIGNED_TAIL ${day}:2`],
  ]);
  expect(entries).toBe(1 + 51 + 52);
});

test("an entry in the file of an earlier day is found there also when the file is named by itself", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  const file = join(directory, "audit_2020-02-29.jsonl");
  renameSync(fileOf(directory), file);
  const { problems } = await verifyJournal(file, { key: publicKeyOf(secret) });
  expect(problems.map(({ verdict, at }) => `${verdict} ${at?.line}`)).toEqual(["MISFILED 1"]);
});

test("a head that proves nothing is not linked, so that a forged line can't accuse anybody later", async () => {
  const directory = newDirectory();
  await writeLog(directory, 2);
  const sound = readFileSync(fileOf(directory));
  const [opened] = entriesIn(directory);
  for (let log = 0; log < 70; log += 1) {
    const forged = {
      ...opened,
      log: log === 0 ? opened.log : `x/y/${log}`,
      seq: 500,
      chain_hash: undefined,
      signature: undefined,
    };
    const line = formatLine(JSON.stringify(forged), opened.chain_hash, opened.signature);
    appendFileSync(fileOf(directory), `${line}\n`);
  }
  await writeLog(directory, 1);
  const [, second] = entriesIn(directory).filter(
    ({ event_type, seq }) => event_type === "audit.opened" && seq === 0,
  );
  expect(second.detail.links.map(({ log, size }: AnyEntry) => [log, size])).toEqual([[opened.log, 4]]);
  const after = readFileSync(fileOf(directory));
  const lines = after.subarray(sound.length).toString().split("\n").slice(70).join("\n");
  writeFileSync(fileOf(directory), Buffer.concat([sound, Buffer.from(lines)]));
  expect((await verifyJournal(directory)).result).toBe("intact");
});

test("a hundred thousand lines of something else are counted, and named as far as anybody would read", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  appendFileSync(fileOf(directory), "x\n".repeat(100_000));
  const { result, problems, files } = await verifyJournal(directory);
  expect(result).toBe("incomplete");
  expect(problems).toHaveLength(100);
  expect(files[0]).toMatchObject({ foreign: 100_000 });
});

test("a log with a newer seal is not called tampered by an older verifier", async () => {
  const directory = newDirectory();
  await writeLog(directory, 1);
  const text = readFileSync(fileOf(directory), "utf8");
  writeFileSync(fileOf(directory), text.replace('"seal":1', '"seal":2'));
  const { result, problems } = await verifyJournal(directory);
  expect({ result, verdicts: problems.map(({ verdict }) => verdict) }).toEqual({
    result: "incomplete",
    verdicts: ["UNSUPPORTED"],
  });
});
