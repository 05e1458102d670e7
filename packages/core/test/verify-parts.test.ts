import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { publicKeyOf } from "../src/index.ts";
import { verifierOf } from "../src/seal/signed-note.ts";
import { journalSources } from "../src/verify/journal-sources.ts";
import { JournalVerifier } from "../src/verify/journal-verifier.ts";
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
async function bothWays(directory: string, roots: "every" | "signed", signatures: "every" | "sampled") {
  const { files } = await journalSources([directory]);
  const coverage = { whole: true, since: null, until: null };
  const terms = { rootKeys: [verifierOf(key)!], roots, signatures, coverage, cuts: new Map() };
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
    const { logs } = run.finish(now, []);
    return { logs, problems: run.problems, files: run.files };
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

test("parts of thousands of entries are joined, and old roots of them are known", async () => {
  const directory = newDirectory();
  const files = longJournal(2500);
  for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
  const { inOrder, inParts, joined } = await bothWays(directory, "signed", "sampled");
  expect([joined, inOrder.logs[0]!.entries]).toEqual([3, 7504]);
  expect(inParts).toEqual(inOrder);
});
