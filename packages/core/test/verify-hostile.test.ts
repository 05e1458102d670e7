import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { proveEntry, publicKeyOf, verifyJournal } from "../src/index.ts";
import { deriveKey } from "../src/privacy/secret.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { formatLine } from "../src/seal/line.ts";
import { leafHash } from "../src/seal/merkle.ts";
import { formatNote, signerFromSeed, verifierOf } from "../src/seal/signed-note.ts";
import { HeadProofs } from "../src/verify/head-proofs.ts";
import { journalSources } from "../src/verify/journal-sources.ts";
import { JournalVerifier } from "../src/verify/journal-verifier.ts";
import { readFilePart } from "../src/verify/read-file-part.ts";
import {
  type AnyEntry,
  codeOf,
  journalFilesIn,
  linesIn,
  newDirectory,
  secret,
  writeLines,
  writeLog,
} from "./support/journals.ts";

import.meta.jest.setTimeout(60_000);
const key = publicKeyOf(secret);
const sound = newDirectory();
let lines: string[];

beforeAll(async () => {
  await writeLog(sound, 3);
  lines = linesIn(sound);
});

function journalOf(given: readonly string[]): string {
  const directory = newDirectory();
  writeLines(directory, given, journalFilesIn(sound)[0]!);
  return directory;
}

/** A line with other members, resealed by somebody without its key. */
function forged(line: string, change: AnyEntry | object): string {
  const { chain_hash: _, signature: __, ...entry } = JSON.parse(line) as AnyEntry;
  const leaf = canonicalJson({ ...entry, ...change });
  return formatLine(leaf, Buffer.from(leafHash(leaf), "latin1").toString("base64"), "");
}

async function verdictsOf(directory: string): Promise<(string | number | undefined)[][]> {
  const { problems } = await verifyJournal(directory, { key });
  return problems.map(({ verdict, at }) => [verdict, at?.line]);
}

test("a line with a negative seq is no entry", async () => {
  expect(await verdictsOf(journalOf([...lines, forged(lines[1]!, { seq: -1 })]))).toEqual([
    ["FOREIGN_LINE", 6],
  ]);
});

test("no part of a line of more than 16 MiB is an entry, nor an unfinished one", async () => {
  const long = "x".repeat(16 << 20);
  const entry = forged(lines[1]!, { log: "another", detail: "" });
  const whole = entry.replace('"detail":""', () => `"detail":"${long.slice(entry.length)}"`);
  expect(whole).toHaveLength(16 << 20);
  const directory = journalOf([...lines, `${whole}, and more`, `{"a":"${long}"}`, `{"a":"${long}`]);
  expect(await verdictsOf(directory)).toEqual([6, 7, 8].map((line) => ["FOREIGN_LINE", line]));
});

test("many lines that nobody signed are reported, also when the file is read in a thread of its own", async () => {
  const many = 150_000;
  const tail = lines.slice(0, -1);
  const { log, recorded_at, timestamp } = JSON.parse(lines[0]!) as AnyEntry;
  const hash = `${"A".repeat(43)}=`;
  for (let seq = tail.length; tail.length < many; seq += 1) {
    const said = { event_type: "audit.heartbeat", id: "x", log, recorded_at, seq, timestamp };
    tail.push(formatLine(canonicalJson(said), hash, ""));
  }
  const rootKeys = [verifierOf(key)!];
  const terms = { roots: "signed", signatures: "sampled" } as const;
  const { files } = await journalSources([journalOf(tail)]);
  const run = new JournalVerifier({
    ...terms,
    rootKeys,
    heads: new HeadProofs(rootKeys),
    coverage: { whole: true, since: null, until: null, later: null },
    cuts: new Map(),
  });
  const part = await readFilePart(files[0]!, { rootKeys: [key], ...terms });
  // Of each statement only what a verifier needs is kept.
  const { pending } = part!.logs[0]!.statements;
  expect(JSON.stringify(pending.at(-1)).length).toBeLessThan(300);
  expect(run.join(part!)).toBe(true);
  const [found] = run.finish(new Date(), []).logs;
  expect(found!.problems.map(({ verdict, seq }) => [verdict, seq])).toContainEqual(["UNSIGNED_TAIL", 4]);
});

describe("whatever seal the first line of a log claims to have", () => {
  const detail = { seal: { toString: 1, valueOf: 1 } };

  test("an anchor log is tampered with, and nothing throws", async () => {
    const directory = journalOf(lines);
    mkdirSync(join(directory, "anchor"));
    const line = forged(lines[0]!, { log: "openrouter-audit/anchor", detail });
    writeFileSync(join(directory, "anchor", "anchor.jsonl"), `${line}\n`);
    expect((await verdictsOf(directory)).map(([verdict]) => verdict)).toEqual(["BAD_SIGNATURE"]);
  });

  test("no proof is made, and nothing throws", async () => {
    const { log } = JSON.parse(lines[0]!) as AnyEntry;
    const directory = journalOf([forged(lines[0]!, { detail }), ...lines.slice(1)]);
    expect(await proveEntry(directory, { log: log as string, seq: 2 }, { key })).toMatchObject({
      proven: false,
    });
  });

  test("an anchor log with a newer one is not compared with the checkpoints beside it", async () => {
    const directory = journalOf(lines);
    mkdirSync(join(directory, "anchor"));
    const log = "openrouter-audit/anchor";
    const newer = forged(lines[0]!, { log, detail: { seal: 2 } });
    writeFileSync(join(directory, "anchor", "anchor.jsonl"), `${newer}\n`);
    const signer = signerFromSeed(log, deriveKey(secret, "openrouter-audit/root-ed25519/v1"));
    const checkpoint = `${log}\n1\n${"A".repeat(43)}=\n`;
    const note = formatNote(checkpoint, log, signer.sign(checkpoint));
    writeFileSync(join(directory, "anchor", "checkpoint"), note);
    expect((await verdictsOf(directory)).map(([verdict]) => verdict)).toEqual(["UNSUPPORTED"]);
  });
});

describe("beside an anchor log", () => {
  let directory: string;
  const anchor = (name: string) => join(directory, "anchor", name);
  beforeEach(() => {
    directory = newDirectory();
    cpSync(sound, directory, { recursive: true });
    mkdirSync(anchor("receipts"), { recursive: true });
    writeFileSync(anchor("anchor.jsonl"), "");
  });

  test("pipes, links, directories and large files are no checkpoints, and nobody waits for them", async () => {
    execFileSync("mkfifo", [anchor("checkpoint"), anchor("receipts/1.checkpoint")]);
    symlinkSync("/dev/zero", anchor("receipts/2.checkpoint"));
    mkdirSync(anchor("receipts/3.checkpoint"));
    writeFileSync(anchor("receipts/4.checkpoint"), Buffer.alloc(2 << 20));
    expect((await verifyJournal(directory, { key })).result).toBe("intact");
  });

  test("what is in the place of the receipts is none", async () => {
    writeFileSync(anchor("checkpoint"), "");
    execFileSync("rmdir", [anchor("receipts")]);
    writeFileSync(anchor("receipts"), "");
    expect((await verifyJournal(directory, { key })).result).toBe("intact");
  });
});

test("a pipe in the place of an anchor log is no anchor log, and is named", async () => {
  const directory = journalOf(lines);
  mkdirSync(join(directory, "anchor"));
  execFileSync("mkfifo", [join(directory, "anchor", "anchor.jsonl")]);
  const failure = verifyJournal(directory, { key });
  await expect(failure).rejects.toThrow(/anchor\.jsonl: it is not a regular file/);
  expect(await codeOf(() => failure)).toBe("JOURNAL_UNREADABLE");
  expect(readFileSync(join(directory, journalFilesIn(directory)[0]!), "utf8")).toBe(`${lines.join("\n")}\n`);
});
