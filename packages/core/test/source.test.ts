import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  type AuditSource,
  type EntryProof,
  type JournalVerification,
  journalSource,
  proveConsistency,
  proveEntry,
  publicKeyOf,
  readJournal,
  rotateKey,
  verifyEntryProof,
  verifyJournal,
} from "../src/index.ts";
import { codeOf, entriesIn, newDirectory, otherSecret, secret, writeLog } from "./support/journals.ts";
import { journals } from "./support/random-journal.ts";
import { linesByDay, sourceInMemory } from "./support/source-in-memory.ts";

const { jest } = import.meta;
jest.setTimeout(120_000);
const key = publicKeyOf(secret);
const now = new Date("2026-12-01T00:00:00Z");

type Files = Map<string, Buffer>;
type Damage = (files: Files) => void;

/** The lines of one file, changed. */
const relined = (which: number, change: (lines: string[]) => string[]): Damage => {
  return (files) => {
    const [name, bytes] = [...files][which % files.size]!;
    const lines = change(bytes.toString("latin1").split("\n").slice(0, -1));
    files.set(name, Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1"));
  };
};

const place = fc.tuple(fc.nat(), fc.nat(), fc.nat());
const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.constant<Damage>(() => undefined),
  place.map(([which, where, how]) =>
    relined(which, (lines) => {
      const at = where % lines.length;
      const bytes = Buffer.from(lines[at]!, "latin1");
      const changed = how % bytes.length;
      // Not to a line end, which would make two lines of one in a file alone.
      if ((bytes[changed]! ^ 1) !== 0x0a) bytes[changed]! ^= 1;
      return lines.with(at, bytes.toString("latin1"));
    }),
  ),
  place.map(([which, where]) => relined(which, (lines) => lines.toSpliced(where % lines.length, 1))),
  place.map(([which, where, from]) =>
    relined(which, (lines) => lines.toSpliced(where % lines.length, 0, lines[from % lines.length]!)),
  ),
  place.map(([which, where, other]) =>
    relined(which, (lines) => {
      const [one, two] = [where % lines.length, other % lines.length];
      return lines.with(one, lines[two]!).with(two, lines[one]!);
    }),
  ),
  place.map(([which, where]) =>
    relined(which, (lines) => lines.toSpliced(where % lines.length, 0, "something else")),
  ),
  fc.nat().map(
    (which): Damage =>
      (files) => {
        if (files.size > 1) files.delete([...files.keys()][which % files.size]!);
      },
  ),
);

/** What a verification says, without where: in a file a line has a number. */
function said({ result, entries, logs, files, problems, found }: JournalVerification) {
  return {
    result,
    entries,
    found,
    files: files.map(({ file, ...counts }) => [/\d{4}-\d{2}-\d{2}/.exec(file)![0], counts]),
    logs: logs.map(({ log, result, entries, unchecked, state, head, first, last }) => {
      return { log, result, entries, unchecked, state, head, seqs: [first?.seq, last?.seq] };
    }),
    problems: problems.map(({ verdict, log, seq, message }) => ({ verdict, log, seq, message })),
  };
}

async function answerOf(work: () => Promise<unknown>) {
  return work().catch((error: unknown) => (error as { code?: string }).code ?? error);
}

test("lines have the verdicts in a source that they have in files, whatever was done to them", async () => {
  await fc.assert(
    fc.asyncProperty(
      journals,
      fc.array(damages, { minLength: 1, maxLength: 2 }),
      fc.constantFrom("every", "signed"),
      async (sound, done, roots) => {
        const files: Files = new Map(sound);
        for (const damage of done) damage(files);
        const directory = newDirectory();
        for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
        const options = { key, now, roots } as const;
        const inFiles = await answerOf(async () => said(await verifyJournal(directory, options)));
        for (const source of [sourceInMemory(linesByDay(files)), journalSource(directory)])
          expect(await answerOf(async () => said(await verifyJournal(source, options)))).toEqual(inFiles);
      },
    ),
    { numRuns: 60 },
  );
});

/** A journal, and its lines as a source. */
async function bothOf(entries: number): Promise<{ directory: string; source: AuditSource; name: string }> {
  const directory = newDirectory();
  await writeLog(directory, entries);
  const name = `audit_${entriesIn(directory)[0].recorded_at.slice(0, 10)}.jsonl`;
  const source = sourceInMemory(linesByDay(new Map([[name, readFileSync(join(directory, name))]])));
  return { directory, source, name };
}

test("a store does not say which key to check it with, and findings name the day", async () => {
  const { source, name } = await bothOf(3);
  expect(await codeOf(() => verifyJournal(source))).toBe("INVALID_OPTIONS");
  expect(await codeOf(() => proveEntry(source, { id: "x" }))).toBe("INVALID_OPTIONS");
  await expect(verifyJournal(source)).rejects.toThrow(/Give the public key .* vouches for nothing/);
  const found = await verifyJournal(source, { key: publicKeyOf(otherSecret) });
  expect(found.problems).toMatchObject([
    { verdict: "UNDELEGATED_STREAM", seq: 0, at: { file: name.slice(6, 16), line: 0 } },
  ]);
  expect(found.problems[0]!.log).toMatch(/^openrouter-audit\//);
});

test("what the store says beside a line, and what it has in the place of one, are told", async () => {
  const { source } = await bothOf(2);
  const { days } = await source.snapshot();
  const stored = { log: "a/b/c", seq: 7 };
  const changed: AuditSource = {
    ...source,
    snapshot: async () => ({
      days: days.map((day) => ({
        ...day,
        async *lines() {
          for await (const { line } of day.lines())
            yield {
              line,
              place: { log: "x", seq: 1 },
              contradicted: `${line}`.includes('"entry 0"') ? ["user_id"] : [],
            };
          yield { line: "{}", place: stored };
        },
      })),
      close: async () => undefined,
    }),
  };
  const { result, problems } = await verifyJournal(changed, { key });
  expect(result).toBe("incomplete");
  expect(problems.map(({ verdict, message }) => [verdict, message])).toEqual([
    ["FOREIGN_LINE", "not an audit entry, in the place of entry 7 of a/b/c"],
    ["MISFILED", "beside its line the store says something else: user_id"],
  ]);
});

test("a proof from a source is the proof from the files", async () => {
  const { directory, source } = await bothOf(4);
  const [, , { id, log }] = entriesIn(directory);
  const [fromFiles, fromSource] = [
    await proveEntry(directory, { id }),
    await proveEntry(source, { id }, { key }),
  ];
  expect(fromSource).toMatchObject({ proven: true, files: (fromFiles as { files: object }).files });
  expect(verifyEntryProof((fromSource as EntryProof).files, [key])).toMatchObject({ proven: true });
  const growth = { log, oldSize: 2, newSize: 4 };
  const [ofFiles, ofSource] = [
    await proveConsistency(directory, growth),
    await proveConsistency(source, growth, { key }),
  ];
  expect(ofSource).toEqual(ofFiles);
  expect(ofSource).toMatchObject({ proven: true });
});

test("notes that tie root keys together may stand anywhere", async () => {
  const { directory, source } = await bothOf(2);
  await rotateKey(directory, { from: secret, to: otherSecret });
  const trusting = publicKeyOf(otherSecret);
  expect((await verifyJournal(source, { key: trusting })).result).toBe("tampered");
  const { result, trusted } = await verifyJournal(source, { key: trusting, rotations: directory });
  expect([result, trusted]).toEqual(["intact", [trusting, key]]);
});

test("an empty store, and one without a day of those asked for, are no answer", async () => {
  const { source } = await bothOf(1);
  expect(await codeOf(() => verifyJournal(sourceInMemory(new Map()), { key }))).toBe("JOURNAL_UNREADABLE");
  expect(await codeOf(() => verifyJournal(source, { key, until: new Date(0) }))).toBe("JOURNAL_UNREADABLE");
});

test("the entries of a journal as a source are those of the journal; the newest, or until a signal", async () => {
  const { directory } = await bothOf(5);
  const source = journalSource(directory);
  const idsOf = async (entries: AsyncIterable<{ id: string }>) => {
    const ids: string[] = [];
    for await (const { id } of entries) ids.push(id);
    return ids;
  };
  const all = await idsOf(readJournal(directory));
  expect(all).toHaveLength(5);
  expect(await idsOf(source.read())).toEqual(all);
  for (const newest of [0, 1, 2, 5, 9])
    expect(await idsOf(source.read({ newest }))).toEqual(newest === 0 ? [] : all.slice(-newest));
  await expect(idsOf(source.read({ signal: AbortSignal.abort(new Error("enough")) }))).rejects.toThrow(
    "enough",
  );
});
