import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { publicKeyOf, type VerifyJournalOptions, verifyJournal } from "../src/index.ts";
import { newDirectory, secret } from "./support/journals.ts";
import { journals } from "./support/random-journal.ts";

const { jest } = import.meta;
jest.setTimeout(120_000);
const terms: VerifyJournalOptions = { key: publicKeyOf(secret), now: new Date("2026-12-01T00:00:00Z") };
const thorough: VerifyJournalOptions = { ...terms, roots: "every", signatures: "every" };

function directoryOf(files: ReadonlyMap<string, Buffer>): string {
  const directory = newDirectory();
  for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
  return directory;
}

/** A journal, one of its files, and a place in that. */
const places = fc.tuple(journals, fc.nat(), fc.nat()).map(([files, which, where]) => {
  const name = [...files.keys()][which % files.size]!;
  return { files, name, position: where % files.get(name)!.length };
});

function unpacksTo(archive: Buffer, content: Buffer): boolean {
  try {
    return gunzipSync(archive).equals(content);
  } catch {
    return false;
  }
}

const lineAt = (bytes: Buffer, position: number) =>
  bytes.subarray(0, position).toString("latin1").split("\n").length;

test("any journal that nobody touched is intact, however it is verified", async () => {
  await fc.assert(
    fc.asyncProperty(journals, async (files) => {
      const directory = directoryOf(files);
      for (const roots of ["every", "signed"] as const)
        for (const signatures of ["every", "sampled"] as const)
          expect(await verifyJournal(directory, { ...terms, roots, signatures })).toMatchObject({
            problems: [],
          });
    }),
    { numRuns: 30 },
  );
});

test("any byte of any file of any journal that is another is found, and its line named", async () => {
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.integer({ min: 1, max: 255 }),
      async ({ files, name, position }, difference) => {
        const bytes = Buffer.from(files.get(name)!);
        bytes[position]! ^= difference;
        const found = await verifyJournal(directoryOf(new Map([...files, [name, bytes]])), thorough);
        expect(found.result).not.toBe("intact");
        const line = lineAt(bytes, position);
        // The byte may have been a line end, or be one now.
        const near = found.problems.filter(({ at }) => at?.file === name && Math.abs(at.line - line) <= 1);
        expect(near).not.toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

test("any byte that is taken away, or put in, is found", async () => {
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.option(fc.integer({ min: 0, max: 255 })),
      async ({ files, name, position }, more) => {
        const bytes = files.get(name)!;
        const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)];
        const changed = more === null ? [before, after.subarray(1)] : [before, Buffer.of(more), after];
        // An empty line means nothing.
        fc.pre(more !== 0x0a || !(before.length === 0 || before.at(-1) === 0x0a || after[0] === 0x0a));
        const directory = directoryOf(new Map([...files, [name, Buffer.concat(changed)]]));
        expect((await verifyJournal(directory, thorough)).result).not.toBe("intact");
      },
    ),
    { numRuns: 200 },
  );
});

test("what the entries say is proven without every signature and chain hash: any of their bytes is found", async () => {
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.integer({ min: 1, max: 255 }),
      async ({ files, name, position }, difference) => {
        const bytes = Buffer.from(files.get(name)!);
        const end = bytes.indexOf(0x0a, position);
        const seal = bytes.subarray(0, end < 0 ? bytes.length : end).lastIndexOf(',"chain_hash":"');
        fc.pre(position < seal);
        bytes[position]! ^= difference;
        const directory = directoryOf(new Map([...files, [name, bytes]]));
        expect(
          (await verifyJournal(directory, { ...terms, roots: "signed", signatures: "sampled" })).result,
        ).not.toBe("intact");
      },
    ),
    { numRuns: 200 },
  );
});

test("of an archive, any byte that changes what it unpacks to is found", async () => {
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.integer({ min: 1, max: 255 }),
      fc.nat(),
      async ({ files, name }, difference, where) => {
        const archive = gzipSync(files.get(name)!);
        // Before stand the time, flags and system of the packing (RFC 1952, section 2.3): they say nothing of the contents.
        const position = 10 + (where % (archive.length - 10));
        archive[position]! ^= difference;
        // The bits that fill up the last byte of the packed data say nothing either.
        fc.pre(!unpacksTo(archive, files.get(name)!));
        const packed = new Map([...files, [`${name}.gz`, archive]]);
        packed.delete(name);
        const { result, problems } = await verifyJournal(directoryOf(packed), thorough);
        expect(result).not.toBe("intact");
        expect(problems.map(({ at }) => at?.file)).toContain(`${name}.gz`);
      },
    ),
    { numRuns: 200 },
  );
});
