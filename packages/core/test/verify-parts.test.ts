import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { publicKeyOf } from "../src/index.ts";
import { verifierOf } from "../src/seal/signed-note.ts";
import type { Witnessed } from "../src/verify/compare-heads.ts";
import { entryLineOf } from "../src/verify/entry-line.ts";
import { HeadProofs } from "../src/verify/head-proofs.ts";
import { journalSources } from "../src/verify/journal-sources.ts";
import { JournalVerifier } from "../src/verify/journal-verifier.ts";
import { LogStatements } from "../src/verify/log-statements.ts";
import { readFilePart } from "../src/verify/read-file-part.ts";
import { newDirectory, secret } from "./support/journals.ts";
import { journals, longJournal } from "./support/random-journal.ts";

const { jest } = import.meta;
jest.setTimeout(120_000);
const key = publicKeyOf(secret);
const now = new Date("2026-12-01T00:00:00Z");

/** Something done to a journal: to a byte, to a line, to a file, or nothing. */
type Damage = (files: Map<string, Buffer>) => void;

const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.constant(() => undefined),
  fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([which, where, difference]): Damage =>
      (files) => {
        const bytes = [...files.values()][which % files.size]!;
        bytes[where % bytes.length]! ^= difference;
      },
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(0, 2)).map(
    ([which, where, times]): Damage =>
      (files) => {
        const [name, bytes] = [...files][which % files.size]!;
        const lines = bytes.toString("latin1").split("\n").slice(0, -1);
        const at = where % lines.length;
        const changed = lines.flatMap((line, index) =>
          index === at ? Array<string>(times).fill(line) : [line],
        );
        files.set(name, Buffer.from(changed.map((line) => `${line}\n`).join(""), "latin1"));
      },
  ),
  fc.nat().map(
    (which): Damage =>
      (files) => {
        if (files.size > 1) files.delete([...files.keys()][which % files.size]!);
      },
  ),
);

/** Verifies a journal twice: read from its beginning to its end, and in parts that are joined. */
async function bothWays(
  directory: string,
  roots: "every" | "signed",
  signatures: "every" | "sampled",
  witnessed: readonly Witnessed[] = [],
) {
  const { files } = await journalSources([directory]);
  const coverage = { whole: true, since: null, until: null, later: null };
  const rootKeys = [verifierOf(key)!];
  const terms = { rootKeys, heads: new HeadProofs(rootKeys), roots, signatures, coverage, cuts: new Map() };
  const [inOrder, inParts] = [new JournalVerifier(terms), new JournalVerifier(terms)];
  let joined = 0;
  for (const file of files) {
    await inOrder.read(file, () => undefined);
    // As it comes from another thread.
    const part = structuredClone(await readFilePart(file, { rootKeys: [key], roots, signatures }));
    if (part && inParts.join(part)) joined += 1;
    else await inParts.read(file, () => undefined);
  }
  const answer = (run: JournalVerifier) => {
    const { logs, notCompared } = run.finish(now, witnessed);
    return { logs, notCompared, problems: run.problems, files: run.files };
  };
  return { inOrder: answer(inOrder), inParts: answer(inParts), joined, files: files.length };
}

test.each([
  ["every", "every"],
  ["signed", "sampled"],
] as const)(
  "a journal read in parts gives the same answer, with %s root and %s signature",
  async (roots, signatures) => {
    let joinedParts = 0;
    await fc.assert(
      fc.asyncProperty(journals, damages, async (sound, damage) => {
        const files = new Map([...sound].map(([name, bytes]) => [name, Buffer.from(bytes)]));
        damage(files);
        fc.pre([...files.values()].some((bytes) => bytes.length > 0));
        const directory = newDirectory();
        for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
        const { inOrder, inParts, joined } = await bothWays(directory, roots, signatures);
        expect(inParts).toEqual(inOrder);
        joinedParts += joined;
      }),
      { numRuns: 150 },
    );
    expect(joinedParts).toBeGreaterThan(100);
  },
);

test("each file of a sound journal is a part that is joined", async () => {
  await fc.assert(
    fc.asyncProperty(journals, async (sound) => {
      const directory = newDirectory();
      for (const [name, bytes] of sound) writeFileSync(join(directory, name), bytes);
      const { joined, files } = await bothWays(directory, "every", "every");
      expect(joined).toBe(files);
    }),
    { numRuns: 20 },
  );
});

test("parts of thousands of entries are joined, and old roots of them are compared with heads", async () => {
  const directory = newDirectory();
  const files = longJournal(2500);
  for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
  const lines = [...files.values()].flatMap((bytes) => bytes.toString().trimEnd().split("\n"));
  const headAt = (size: number): Witnessed => {
    const { log, chain_hash } = JSON.parse(lines[size - 1]!);
    return {
      head: { log, size, chain_hash },
      by: "a test",
      at: null,
    };
  };
  const heads = [1, 1023, 2501, 2502, 4999, 7504].map(headAt);
  const sound = await bothWays(directory, "signed", "sampled", heads);
  expect([sound.joined, sound.inOrder.logs[0]!.entries, sound.inOrder.notCompared]).toEqual([3, 7504, 0]);
  expect(sound.inParts).toEqual(sound.inOrder);
  expect(sound.inParts.logs[0]!.problems).toEqual([]);
  const other = { ...headAt(4999), head: { ...headAt(5000).head, size: 4999 } };
  const forked = await bothWays(directory, "signed", "sampled", [other]);
  expect(forked.inParts).toEqual(forked.inOrder);
  expect(forked.inParts.logs[0]!.problems.map(({ verdict }) => verdict)).toEqual(["FORK"]);
});

test("a part may end in any number of lines that nobody signed", () => {
  const [opened] = [...longJournal(1).values()][0]!.toString().split("\n", 1);
  const line = entryLineOf(Buffer.from(opened!))!;
  const at = { file: "audit_2026-11-24.jsonl", line: 1 };
  const read = () => new LogStatements(new HeadProofs([]), () => undefined);
  const part = read();
  for (let count = 0; count < 200_000; count += 1) part.note(line, at);
  const joined = read();
  joined.join(part.part);
  expect(joined.part.pending).toHaveLength(200_000);
});
