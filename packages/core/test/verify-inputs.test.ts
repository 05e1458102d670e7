import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { publicKeyOf, type VerifyJournalOptions, verifyJournal } from "../src/index.ts";
import { canonicalJson } from "../src/seal/canonical-json.ts";
import { formatLine } from "../src/seal/line.ts";
import { leafHash } from "../src/seal/merkle.ts";
import { committedLog } from "./support/committed-log.ts";
import {
  type AnyEntry,
  codeOf,
  journalFilesIn,
  newDirectory,
  otherSecret,
  secret,
  writeLog,
} from "./support/journals.ts";

const sound = newDirectory();
let file: string;
let bytes: Buffer;
import.meta.jest.setTimeout(60_000);
const later = () => ({ now: new Date(Date.now() + 3_600_000) });

beforeAll(async () => {
  await writeLog(sound, 1, "first");
  await writeLog(sound, 2, "second");
  file = journalFilesIn(sound)[0]!;
  bytes = readFileSync(join(sound, file));
});

function journalOf(content: string | Buffer): string {
  const directory = newDirectory();
  writeFileSync(join(directory, file), content);
  return directory;
}

const key = publicKeyOf(secret);

test("a file that is given an earlier day is not intact: searches by time would miss its entries", async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, "audit_2020-02-29.jsonl"), bytes);
  const { result, problems } = await verifyJournal(directory, { key });
  expect(result).toBe("incomplete");
  expect(problems.map(({ verdict, at }) => [verdict, at?.line])).toEqual([
    ["MISFILED", 1],
    ["MISFILED", 4],
  ]);
});

/** The first line of a log, changed and resealed without its key. */
function opening(change: (entry: AnyEntry) => void): string {
  const { chain_hash: _, signature: __, ...entry } = JSON.parse(bytes.toString().split("\n")[0]!) as AnyEntry;
  change(entry);
  const leaf = canonicalJson(entry);
  return `${formatLine(leaf, Buffer.from(leafHash(leaf), "latin1").toString("base64"), "")}\n`;
}

test.each<[string, string, (entry: AnyEntry) => void]>([
  ["links to nothing", "UNSIGNED_TAIL", (entry) => (entry.detail.links = [null, 1, { log: "x", size: -1 }])],
  ["has no links", "UNSIGNED_TAIL", (entry) => (entry.detail.links = "none")],
  ["has no time", "FOREIGN_LINE", (entry) => delete entry.recorded_at],
  ["has a number for a time", "FOREIGN_LINE", (entry) => (entry.recorded_at = 5)],
])("a forged line that %s is reported like any other", async (_what, verdict, change) => {
  const { result, problems } = await verifyJournal(journalOf(opening(change)), { key });
  expect([result, problems.map((problem) => problem.verdict)]).toEqual(["incomplete", [verdict]]);
});
const byte = fc.integer({ min: 1, max: 255 });

test("a journal in which any one byte is another is never intact", async () => {
  const directory = journalOf(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), byte, async (position, difference) => {
      const changed = Buffer.from(bytes);
      changed[position]! ^= difference;
      writeFileSync(join(directory, file), changed);
      const { result } = await verifyJournal(directory, { key, ...later() });
      expect(result).not.toBe("intact");
    }),
    { numRuns: 400 },
  );
});

test("a journal out of which any one byte is taken is never intact", async () => {
  const directory = journalOf(bytes);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), async (position) => {
      writeFileSync(
        join(directory, file),
        Buffer.concat([bytes.subarray(0, position), bytes.subarray(position + 1)]),
      );
      expect((await verifyJournal(directory, { key, ...later() })).result).not.toBe("intact");
    }),
    { numRuns: 150 },
  );
});

test("a journal that is cut anywhere is intact only where a log had ended", async () => {
  const ends: number[] = [];
  for (let end = bytes.indexOf("audit.closed"); end >= 0; end = bytes.indexOf("audit.closed", end + 1))
    ends.push(bytes.indexOf(0x0a, end) + 1);
  const directory = journalOf(bytes);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (length) => {
      writeFileSync(join(directory, file), bytes.subarray(0, length));
      const { result } = await verifyJournal(directory, { key, ...later() });
      expect(result).toBe(ends.includes(length) ? "intact" : "incomplete");
    }),
    { numRuns: 300, examples: [[ends[0]!], [ends[1]!], [ends[0]! - 1]] },
  );
});

test("bytes of any kind are read without an exception", async () => {
  const directory = journalOf("");
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.nat(bytes.length).chain((from) => fc.nat(2000).map((length) => bytes.subarray(from, from + length))),
    fc
      .constantFrom("\n", "\r\n", "{", "}", '{"log":null}', "\ufeff", "\u2028")
      .map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 8 }), async (parts) => {
      writeFileSync(join(directory, file), Buffer.concat([Buffer.from("x"), ...parts]));
      expect((await verifyJournal(directory, { key })).result).not.toBe("intact");
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["a", 40 << 20],
  ["{", 40 << 20],
  ["{", (16 << 20) + 1],
])(
  "a line of many megabytes that begins with %s is a foreign line, and what follows is still read",
  async (begin, size) => {
    const line = Buffer.alloc(size, 0x61);
    line.write(begin);
    const directory = journalOf(Buffer.concat([line, Buffer.from("\n"), bytes]));
    const { result, entries, problems } = await verifyJournal(directory, { key });
    expect({ result, entries }).toEqual({ result: "incomplete", entries: 7 });
    expect(problems.map(({ verdict, at }) => [verdict, at?.line])).toEqual([["FOREIGN_LINE", 1]]);
  },
);

test("JSON nested without end is refused, not followed", async () => {
  const seal = /,"chain_hash":.*$/m.exec(bytes.toString())![0];
  const deep = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)},"id":"1","log":"l","seq":0,"timestamp":"t","event_type":"e"`;
  const { result } = await verifyJournal(journalOf(`${deep}${seal}\n`), { key });
  expect(result).not.toBe("intact");
});

describe("what cannot be verified is an error with the code JOURNAL_UNREADABLE:", () => {
  const cases: [name: string, directory: () => string, options: { key?: string }][] = [
    ["a directory that is not there", () => join(sound, "missing"), {}],
    ["a directory that is not there, with a key", () => join(sound, "missing"), { key }],
    ["a directory without a journal", newDirectory, { key }],
    ["a journal without a key", () => journalOf(bytes), {}],
    ["empty journal files", () => journalOf(""), { key }],
    ["journal files of empty lines", () => journalOf("\n\n\n"), { key }],
  ];
  test.each(cases)("%s", async (_name, directory, options) => {
    expect(await codeOf(() => verifyJournal(directory(), options))).toBe("JOURNAL_UNREADABLE");
  });
});

test("a quick verification names the line that was changed, not the signature that found it", async () => {
  const directory = newDirectory();
  const { lines } = committedLog([["a", "b", "c", "d"], ["e"]]);
  const changed = lines.map((line) => line.replace("what b says", "what B says"));
  writeFileSync(join(directory, "audit_2026-11-24.jsonl"), changed.map((line) => `${line}\n`).join(""));
  const { problems } = await verifyJournal(directory, { key, roots: "signed", signatures: "sampled" });
  expect(problems.map(({ verdict, at }) => [verdict, at?.line])).toEqual([["ROOT_MISMATCH", 3]]);
});

test.each([
  ["a malformed key", "what key?"],
  ["an empty key", ""],
  ["a key with a wrong id", key.replace(/\+[0-9a-f]{8}\+/, "+00000000+")],
])("%s is an invalid option, and is not repeated: it may be a secret", async (_what, given) => {
  const work = verifyJournal(sound, { key: given });
  await expect(work).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  if (given) await expect(work).rejects.not.toThrow(given);
});

test.each<[string, VerifyJournalOptions]>([
  ["a time that is none", { since: new Date("yesterday") }],
  ["a retention that is no number", { minRetentionMs: Number.NaN }],
])("%s is an invalid option", async (_what, options) => {
  expect(await codeOf(() => verifyJournal(sound, { key, ...options }))).toBe("INVALID_OPTIONS");
});

test("with the key of another, every log is somebody else's", async () => {
  const { result, problems } = await verifyJournal(sound, { key: publicKeyOf(otherSecret) });
  expect(result).toBe("tampered");
  expect(problems.map(({ verdict }) => verdict)).toEqual(["UNDELEGATED_STREAM", "UNDELEGATED_STREAM"]);
});

test("the answer says where the key came from, and what was not looked at", async () => {
  const directory = newDirectory();
  cpSync(sound, directory, { recursive: true });
  const own = await verifyJournal(directory);
  const given = await verifyJournal(directory, { key: `${key}\n` });
  expect([own.keySource, own.notChecked.length]).toEqual(["journal", 2]);
  expect([given.keySource, given.key, given.notChecked.length]).toEqual(["given", key, 1]);
  expect(given.files).toEqual([{ file, lines: 7, foreign: 0, torn: 0 }]);
});

test("progress is told file by file", async () => {
  const told: unknown[] = [];
  await verifyJournal(sound, { onProgress: (progress) => told.push(progress) });
  expect(told).toEqual([{ bytes: bytes.length, totalBytes: bytes.length }]);
});

test("an option that there is none of is refused: with a misspelt key, a journal would be checked with its own", async () => {
  const options = { publicKey: "x" } as VerifyJournalOptions;
  const refused = {
    code: "INVALID_OPTIONS",
    message: expect.stringMatching(/^There is no option "publicKey"\./),
  };
  await expect(verifyJournal("anywhere", options)).rejects.toMatchObject(refused);
});
