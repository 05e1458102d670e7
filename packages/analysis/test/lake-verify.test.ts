import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lakeSource, writeLake } from "@openrouter-audit/analysis";
import {
  type JournalVerification,
  journalSource,
  publicKeyOf,
  type SkippedLine,
  verifyJournal,
} from "@openrouter-audit/core";
import * as fc from "fast-check";
import { forge, unsignedNext } from "../../core/test/support/attacks.ts";
import { newDirectory, otherSecret, secret } from "../../core/test/support/journals.ts";
import { journals, longJournal } from "../../core/test/support/random-journal.ts";
import { all, duckdb } from "./support/parquet.ts";

const key = publicKeyOf(secret);
const options = { key, now: new Date("2026-12-01T00:00:00Z") };

type Files = Map<string, string[]>;

/** What somebody who may write the files can do to them; the numbers choose where. */
const damages: Readonly<Record<string, (files: Files, at: number, other: number) => void>> = {
  nothing: () => undefined,
  "a character is changed": (files, at, other) =>
    onLine(files, at, (line) => [overlay(line, other % line.length, "x")]),
  "a line is no entry": (files, at) => onLine(files, at, () => ["no entry"]),
  "a line is cut": (files, at, other) =>
    onLine(files, at, (line) => [line.slice(0, 1 + (other % line.length))]),
  "a line ends in CR": (files, at) => onLine(files, at, (line) => [`${line}\r`]),
  "a byte order mark stands before a line": (files, at) => onLine(files, at, (line) => [`\ufeff${line}`]),
  "a line is removed": (files, at) => onLine(files, at, () => []),
  "a line stands there twice": (files, at) => onLine(files, at, (line) => [line, line]),
  "spaces are added": (files, at) => onLine(files, at, (line) => [line.replace('"log":', '"log": ')]),
  "lines change places": (files, at, other) => {
    const lines = [...files.values()][at % files.size]!;
    const [a, b] = [at % lines.length, other % lines.length];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  },
  "the end is cut off": (files, at) => [...files.values()][at % files.size]!.pop(),
  "a day is gone": (files, at) => void files.delete([...files.keys()][at % files.size]!),
  "a log of somebody else stands there": (files, at) =>
    void [...files.values()][at % files.size]!.push(
      ...forge(otherSecret, ["audit.opened", "test.event", "audit.closed"]),
    ),
  "an entry is appended without the key": (files, at) => {
    const lines = [...files.values()][at % files.size]!;
    const sealed = lines.filter((line) => line.endsWith('"}'));
    if (sealed.length > 0) lines.push(unsignedNext(sealed, sealed.length));
  },
};

function onLine(files: Files, at: number, change: (line: string) => string[]): void {
  const lines = [...files.values()][at % files.size]!;
  const index = at % lines.length;
  lines.splice(index, 1, ...change(lines[index]!));
}

const overlay = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + by.length);

function write(journal: string, files: Files, last = "\n"): void {
  for (const [file, lines] of files)
    writeFileSync(join(journal, file), lines.join("\n") + (lines.length > 0 ? last : ""));
}

/** A journal and its lake. */
async function bothOf(files: Files, last = "\n"): Promise<[journal: string, lake: string]> {
  const journal = newDirectory();
  write(journal, files, last);
  const lake = join(newDirectory(), "lake");
  await writeLake(journal, lake);
  return [journal, lake];
}

const linesOf = (files: ReadonlyMap<string, Buffer>): Files =>
  new Map([...files].map(([file, bytes]) => [file, bytes.toString().trimEnd().split("\n")]));

/** What a verification says of the lines, without where they are. */
function said({ result, entries, logs, files, problems, found }: JournalVerification) {
  return {
    result,
    entries,
    found,
    files: files.map(({ file, ...counts }) => [/\d{4}-\d{2}-\d{2}/.exec(file)![0], counts]),
    logs: logs.map(({ log, entries: ofLog, unchecked, state, head }) => ({
      log,
      ofLog,
      unchecked,
      state,
      head,
    })),
    problems: problems
      .map(({ verdict, log, seq, message }) => JSON.stringify([verdict, log, seq, message]))
      .sort(),
  };
}

const answerOf = (work: Promise<JournalVerification>) =>
  work.then(said, (error: { code?: string }) => error.code ?? error);

test("a lake has the verdicts that its journal has, whatever was done to the lines", async () => {
  const damage = fc.tuple(
    fc.constantFrom(...Object.keys(damages)),
    fc.nat({ max: 1e6 }),
    fc.nat({ max: 1e6 }),
  );
  await fc.assert(
    fc.asyncProperty(
      journals,
      fc.array(damage, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      async (files, done, ended) => {
        const damaged = linesOf(files);
        for (const [kind, at, other] of done)
          if (damaged.size > 0 && [...damaged.values()].every(({ length }) => length > 0))
            damages[kind]!(damaged, at, other);
        // Without a file there is no journal to make a lake of.
        if (damaged.size === 0) return;
        const [journal, lake] = await bothOf(damaged, ended ? "\n" : "");
        const ofJournal = await answerOf(verifyJournal(journal, options));
        expect(await answerOf(verifyJournal(lakeSource(lake), options))).toEqual(ofJournal);
      },
    ),
    { numRuns: 3 },
  );
});

test("of many logs, to each of which something else was done, the lake says what the journal says", async () => {
  const together: Files = new Map();
  for (const [kind, damage] of Object.entries(damages)) {
    const files = linesOf(longJournal(50));
    damage(files, 7, 30);
    const alone = newDirectory();
    write(alone, files);
    const { result } = await verifyJournal(alone, options);
    expect([kind, result === "intact"]).toEqual([
      kind,
      ["nothing", "a line stands there twice"].includes(kind),
    ]);
    for (const [file, lines] of files) together.set(file, [...(together.get(file) ?? []), ...lines]);
  }
  const [journal, lake] = await bothOf(together);
  const ofJournal = said(await verifyJournal(journal, options));
  expect(ofJournal.logs.length).toBeGreaterThan(Object.keys(damages).length);
  expect(said(await verifyJournal(lakeSource(lake), options))).toEqual(ofJournal);
});

test("a lake vouches for no key of its own", async () => {
  const [, lake] = await bothOf(linesOf(longJournal(50)));
  await expect(verifyJournal(lakeSource(lake))).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
});

test("a column that says something else than its line is told: answers go by it", async () => {
  const [, lake] = await bothOf(linesOf(longJournal(50)));
  const path = join(lake, "day=2026-11-24/audit_2026-11-24.parquet");
  const kept = await duckdb(
    `select decode(key) as key, decode(value) as value from parquet_kv_metadata('${path}')`,
  );
  const metadata = kept.map(({ key: name, value }) => `'${name}': '${value}'`).join(", ");
  await duckdb(`copy (select * replace (
      case when line_number = 3 then 'nobody' else user_id end as user_id, case when line_number = 3 then 5.5 end as cost_usd
    ) from read_parquet('${path}')) to '${path}.new' (format parquet, kv_metadata {${metadata}})`);
  await duckdb(
    `copy (select * from read_parquet('${path}.new')) to '${path}' (format parquet, kv_metadata {${metadata}})`,
  );
  const { result, problems } = await verifyJournal(lakeSource(lake), options);
  expect(result).toBe("incomplete");
  expect(problems).toMatchObject([
    {
      verdict: "MISFILED",
      message: expect.stringContaining("beside its line the store says something else: user_id, cost_usd"),
    },
  ]);
});

test("an entry is found by its id, and a place of a log, without the lines around it", async () => {
  const [, lake] = await bothOf(linesOf(longJournal(50)));
  const snapshot = await lakeSource(lake).snapshot();
  const [, day] = snapshot.days;
  const lines = (await all(day!.lines())).map(({ line }) => String(line));
  const { id, log, seq } = JSON.parse(lines[9]!);
  expect((await all(day!.lines({ id }))).map(({ line }) => String(line))).toEqual([lines[9]]);
  expect((await all(day!.lines({ log, seq }))).map(({ line }) => String(line))).toEqual([lines[9]]);
  await snapshot.close();
});

test("read as a source it gives what its journal gives", async () => {
  const files = linesOf(longJournal(50));
  onLine(files, 4, () => ["no entry"]);
  onLine(files, 60, (line) => [line, line]);
  const [journal, lake] = await bothOf(files);
  const skipped: SkippedLine[] = [];
  const onSkipped = (line: SkippedLine) => skipped.push(line);
  for (const options of [
    {},
    { system: true, onSkipped },
    { eventType: "test.*", newest: 3 },
    { since: new Date("2026-11-24") },
  ])
    expect(await all(lakeSource(lake).read(options))).toEqual(
      await all(journalSource(journal).read({ ...options, onSkipped: () => undefined })),
    );
  expect(skipped).toEqual([{ file: expect.stringMatching(/^audit_2026-11-2\d\.parquet$/), line: 5 }]);
});
