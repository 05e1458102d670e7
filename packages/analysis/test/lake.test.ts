import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { entryColumns, openEntries, writeLake } from "@openrouter-audit/analysis";
import * as fc from "fast-check";
import { newDirectory } from "../../core/test/support/journals.ts";
import { journals, longJournal } from "../../core/test/support/random-journal.ts";
import { sourceInMemory } from "../../core/test/support/source-in-memory.ts";
import { all, duckdb, parquet } from "./support/parquet.ts";

const name = (day: string, end = "") => `day=${day}/audit_${day}${end}.parquet`;
const [first, second, third] = ["2026-11-23", "2026-11-24", "2026-11-25"] as const;

/** A directory with these files. */
function journalOf(files: ReadonlyMap<string, Buffer | string>): string {
  const directory = newDirectory();
  for (const [file, content] of files) writeFileSync(join(directory, file), content);
  return directory;
}

const threeDays = () => journalOf(longJournal(50));
const lakeIn = () => join(newDirectory(), "lake");

/** Files with their contents, and their modes. */
function contentOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  return Object.fromEntries(
    files.map((each) => {
      const path = join(each.parentPath, each.name);
      return [
        path.slice(directory.length + 1),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ];
    }),
  );
}

const anyLine = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .constantFrom(
      "",
      "\r",
      "\ufeff{}",
      "{",
      "null",
      '"x"',
      "\0\0",
      '{"id":"a"}\r',
      '{"id":"\\ud800"}',
      "5e999",
      "[".repeat(3000),
    )
    .map((text) => Buffer.from(text)),
  fc
    .record({
      id: fc.string(),
      log: fc.string(),
      seq: fc.oneof(fc.nat(), fc.constant(1.5)),
      timestamp: fc.string(),
      event_type: fc.string(),
      model: fc.option(fc.anything()),
      cost_usd: fc.option(fc.double()),
    })
    .map((entry) => Buffer.from(JSON.stringify(entry))),
);

test("every line stands in the Parquet file as it stood in the journal, whatever it is, in its place", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      async (lines, ended, packed) => {
        const bytes = Buffer.concat(
          lines.flatMap((line, index) => [...(index ? [Buffer.from("\n")] : []), line]),
        );
        const content = ended ? Buffer.concat([bytes, Buffer.from("\n")]) : bytes;
        const file = `audit_${first}.jsonl`;
        const journal = journalOf(new Map([packed ? [`${file}.gz`, gzipSync(content)] : [file, content]]));
        const lake = lakeIn();
        await writeLake(journal, lake);
        const { lines: kept, said } = await parquet(join(lake, name(first)));
        const split = content.toString("latin1").split("\n");
        const expected = split.map((line, index) => [index + 1, line]).filter(([, line]) => line !== "");
        expect(kept).toEqual(expected);
        expect(said).toMatchObject({
          "openrouter_audit.lake": "1",
          "openrouter_audit.source": file,
          "openrouter_audit.source_bytes": String(content.length),
          "openrouter_audit.source_sha256": createHash("sha256").update(content).digest("hex"),
          "openrouter_audit.lines": String(expected.length),
          "openrouter_audit.ended": String(split.at(-1) === ""),
        });
      },
    ),
    { numRuns: 8 },
  );
});

test("another implementation finds the columns with their types, and in them what the lines say", async () => {
  await fc.assert(
    fc.asyncProperty(journals, async (files) => {
      const lake = lakeIn();
      const { entries, unreadableLines } = await writeLake(journalOf(files), lake);
      let lines = 0;
      for (const file of files.keys()) {
        const { rows, columns } = await parquet(join(lake, name(file.slice(6, 16))));
        expect(columns.map((column) => column.name)).toEqual([
          ...entryColumns.map((column) => column.name),
          "line_number",
          "line",
          "line_bytes",
        ]);
        const typeOf = Object.fromEntries(columns.map((column) => [column.name, column]));
        expect(typeOf.recorded_at).toMatchObject({
          type: "INT64",
          logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" },
        });
        expect([
          typeOf.user_id!.converted_type,
          typeOf.seq!.type,
          typeOf.cost_usd!.type,
          typeOf.stream!.type,
        ]).toEqual(["UTF8", "INT64", "DOUBLE", "BOOLEAN"]);
        for (const row of rows) {
          lines += 1;
          const entry = JSON.parse(row.line as string);
          for (const column of entryColumns) {
            const member = column.path.reduce((value, key) => value?.[key] ?? null, entry);
            const cell = row[column.name];
            const told =
              cell instanceof Date
                ? cell.toISOString()
                : typeof cell === "bigint"
                  ? Number(cell)
                  : (cell ?? null);
            // Of what is no text, where one belongs, the column has the JSON.
            const isText = typeof member !== "object" || member === null;
            expect([column.name, told]).toEqual([column.name, isText ? member : JSON.stringify(member)]);
          }
        }
      }
      expect([entries, unreadableLines]).toEqual([lines, 0]);
    }),
    { numRuns: 5 },
  );
});

test("what did not change is not read again: a file that grew is, and an archive of the same lines is the same", async () => {
  const journal = threeDays();
  const lake = lakeIn();
  const { written } = await writeLake(journal, lake);
  expect(written).toEqual([name(first), name(second), name(third)]);
  const before = contentOf(lake);

  const read: number[] = [];
  const again = await writeLake(journal, lake, { onProgress: ({ bytes }) => read.push(bytes) });
  expect([again.written, again.unchanged]).toEqual([[], written]);
  expect(contentOf(lake)).toEqual(before);

  const [packed, touched, grown] = [first, second, third].map((day) => join(journal, `audit_${day}.jsonl`));
  writeFileSync(`${packed}.gz`, gzipSync(readFileSync(packed!)));
  rmSync(packed!);
  utimesSync(touched!, new Date(), new Date(Date.now() + 5000));
  writeFileSync(grown!, "one more\n", { flag: "a" });
  const later = await writeLake(journal, lake);
  expect([later.written, later.unchanged]).toEqual([[name(third)], [name(first), name(second)]]);
  expect(later.unreadableLines).toBe(1);
  expect((await parquet(join(lake, name(third)))).lines.at(-1)![1]).toBe("one more");
  // Looked at once: from now on its time says that it is the same.
  const time = (path: string) => Math.trunc(statSync(path).mtimeMs);
  expect(time(join(lake, name(first)))).toBe(time(`${packed}.gz`));
});

test("a file that was changed in its place is written anew, and so is one of another version of the lake", async () => {
  const journal = threeDays();
  const lake = lakeIn();
  await writeLake(journal, lake);
  const path = join(journal, `audit_${second}.jsonl`);
  writeFileSync(path, readFileSync(path, "utf8").replace("test.event", "tEst.event"));
  const old = join(lake, name(third));
  const { mtime } = statSync(old);
  await duckdb(
    `copy (select 1 as id) to '${old}' (format parquet, kv_metadata {'openrouter_audit.lake': '0'})`,
  );
  utimesSync(old, mtime, mtime);
  expect((await writeLake(journal, lake)).written).toEqual([name(second), name(third)]);
  expect((await parquet(join(lake, name(second)))).lines.join()).toContain("tEst.event");
});

test("a file of more lines than are in memory at once is in one piece, and in its order", async () => {
  const count = 70_000;
  const lines = Array.from({ length: count }, (_none, index) => `line ${index + 1}`);
  const lake = lakeIn();
  await writeLake(journalOf(new Map([[`audit_${first}.jsonl`, `${lines.join("\n")}\n`]])), lake);
  const [found] = await duckdb(`select count(*)::int as lines,
      count(*) filter (where line <> 'line ' || line_number or line_number <> position)::int as displaced
    from (select line, line_number, row_number() over () as position from read_parquet('${join(lake, name(first))}'))`);
  expect(found).toEqual({ lines: count, displaced: 0 });
  expect(readdirSync(join(lake, "_writing"))).toEqual([]);
});

test("an archive beside its file is kept beside it, and once only while both are there", async () => {
  const journal = threeDays();
  const lake = lakeIn();
  const file = join(journal, `audit_${first}.jsonl`);
  writeFileSync(`${file}.gz`, gzipSync("other lines\n"));
  expect((await writeLake(journal, lake)).written.slice(0, 2)).toEqual([name(first), name(first, ".gz")]);
  rmSync(`${file}.gz`);
  const { removed, unchanged } = await writeLake(journal, lake);
  expect([removed, unchanged]).toEqual([[name(first, ".gz")], [name(first), name(second), name(third)]]);
});

test("what retention took from the journal is told, and goes from the lake only when asked", async () => {
  const journal = threeDays();
  const lake = lakeIn();
  await writeLake(journal, lake);
  rmSync(join(journal, `audit_${first}.jsonl`));
  rmSync(join(journal, `audit_${second}.jsonl`));
  expect(await writeLake(journal, lake)).toMatchObject({
    onlyInLake: [name(first), name(second)],
    removed: [],
    files: 3,
  });
  expect(await writeLake(journal, lake, { prune: true, since: new Date(second) })).toMatchObject({
    onlyInLake: [],
    removed: [name(second)],
  });
  expect(await writeLake(journal, lake, { prune: true })).toMatchObject({ removed: [name(first)], files: 1 });
  expect(readdirSync(lake)).toEqual(["_writing", `day=${third}`]);
  // A place that was mistyped takes nothing from it.
  await expect(writeLake(newDirectory(), lake, { prune: true })).rejects.toMatchObject({
    code: "JOURNAL_UNREADABLE",
  });
  expect(readdirSync(lake)).toEqual(["_writing", `day=${third}`]);
});

test("what goes from the lake while a question is asked is said, and not answered with less", async () => {
  const [journal, lake] = [threeDays(), lakeIn()];
  await writeLake(journal, lake);
  const table = await openEntries(lake);
  const days = await table.days();
  rmSync(join(journal, `audit_${third}.jsonl`));
  await writeLake(journal, lake, { prune: true });
  expect(() => table.relation(days)).toThrow(
    `Cannot read ${join(lake, name(third))}: it is not there any more.`,
  );
  expect(await table.days()).toEqual([first, second]);
  await table.close();
});

const sealed = (entry: object) =>
  JSON.stringify({ ...entry, chain_hash: `${"A".repeat(43)}=`, signature: "" });

test("the columns are what they are in the journal, whatever the members are", async () => {
  const odd = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.integer(),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      "5",
      "true",
      1.5,
      1e300,
      -0,
      2 ** 60,
      "2026-11-24T09:30:00.123Z",
      "infinity",
      "\ud800",
      "\0",
      [],
      {},
    ),
  );
  const member = fc.constantFrom(...entryColumns.map(({ path }) => path[0]!), "detail");
  const entry = fc
    .tuple(
      fc.record({ id: fc.uuid(), log: fc.string(), seq: fc.nat() }),
      fc.dictionary(member, odd, { maxKeys: 8 }),
    )
    .map(([place, others]) =>
      sealed({ timestamp: "2026-11-24T10:00:00.000Z", event_type: "chat_completion", ...place, ...others }),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 20, maxLength: 60 }), async (lines) => {
      const journal = journalOf(new Map([[`audit_${second}.jsonl`, `${lines.join("\n")}\nno entry\n`]]));
      const lake = lakeIn();
      await writeLake(journal, lake);
      const found: unknown[] = [];
      for (const place of [journal, lake]) {
        const table = await openEntries(place);
        const columns = [...entryColumns.map(({ name }) => name), "line", "day"];
        const snapshot = await table.snapshot({ days: [second], columns });
        const text = `select ${columns.map((each) => `"${each}"`).join(", ")} from ${snapshot.relation} as e order by id, line`;
        found.push({ rows: await snapshot.ask({ text }), unreadable: [...snapshot.unreadable.values()] });
        await snapshot.close();
        await table.close();
      }
      expect(found[1]).toEqual(found[0]);
    }),
    { numRuns: 4 },
  );
});

test("only the days that were asked for are written", async () => {
  const { written, files } = await writeLake(threeDays(), lakeIn(), {
    since: new Date(second),
    until: new Date(third),
  });
  expect([written, files]).toEqual([[name(second)], 1]);
});

test("files are 0600 in directories 0700, and nothing else is left there", async () => {
  const lake = lakeIn();
  await writeLake(threeDays(), lake);
  const mode = (path: string) => (statSync(join(lake, path)).mode & 0o777).toString(8);
  expect([mode("."), mode(`day=${first}`), mode(name(first))]).toEqual(["700", "700", "600"]);
  expect(Object.keys(contentOf(lake)).sort()).toEqual([name(first), name(second), name(third)]);
});

test("a lake of another journal is refused before anything is written or removed, whatever they have in common", async () => {
  const lake = lakeIn();
  await writeLake(threeDays(), lake);
  const before = contentOf(lake);
  const [day] = longJournal(50);
  const others = [
    threeDays(),
    // Days that the lake does not have, or has beside.
    journalOf(new Map([["audit_2026-12-01.jsonl", day![1]]])),
    journalOf(new Map([[`audit_${first}_01a20b67-b365-717f-828f-56dee38055e5.jsonl`, day![1]]])),
    sourceInMemory(new Map([[first, ["a line"]]])),
  ];
  for (const journal of others)
    await expect(writeLake(journal, lake, { prune: true })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(/is the lake of another journal than .* Nothing was written or removed/),
    });
  expect(contentOf(lake)).toEqual(before);
});

test("a file whose first line was still being written is known again when it has grown", async () => {
  const journal = threeDays();
  const path = join(journal, `audit_${third}.jsonl`);
  const whole = readFileSync(path);
  const lake = lakeIn();
  for (const bytes of [0, 40, 200, whole.length]) {
    writeFileSync(path, whole.subarray(0, bytes));
    expect((await writeLake(journal, lake)).written).toContain(name(third));
  }
});

test("a directory that holds something else is refused, and stays as it is", async () => {
  const journal = threeDays();
  await expect(writeLake(journal, journal)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  const file = join(journal, `audit_${first}.jsonl`);
  await expect(writeLake(journal, file)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  const lake = lakeIn();
  await writeLake(journal, lake);
  const others = join(lake, `day=${first}`, "others.parquet");
  writeFileSync(others, "no Parquet");
  await expect(writeLake(journal, lake)).rejects.toThrow(`Cannot read ${others}: `);
  const table = await openEntries(lake);
  const reading = all(table.ask({ text: `select count(*) as n from ${table.relation([first])} as e` }));
  await expect(reading).rejects.toThrow(others);
  await table.close();
});

test("an archive that does not unpack is told, and what the lake has of it stays", async () => {
  const journal = threeDays();
  const lake = lakeIn();
  await writeLake(journal, lake);
  const before = contentOf(lake);
  const file = join(journal, `audit_${first}.jsonl`);
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)).subarray(0, -20));
  rmSync(file);
  const { refused, unchanged } = await writeLake(journal, lake);
  expect(refused).toEqual([
    { file: `audit_${first}.jsonl`, reason: expect.stringContaining("does not unpack") },
  ]);
  expect(unchanged).toEqual([name(second), name(third)]);
  expect(contentOf(lake)).toEqual(before);
});

test("a store becomes a file a day, which is written only when its lines are others", async () => {
  const days = new Map([[first, ["a line", '{"b":1}']]]);
  const lake = lakeIn();
  expect((await writeLake(sourceInMemory(days), lake)).written).toEqual([name(first)]);
  expect((await parquet(join(lake, name(first)))).lines).toEqual([
    [1, "a line"],
    [2, '{"b":1}'],
  ]);
  expect((await writeLake(sourceInMemory(days), lake)).unchanged).toEqual([name(first)]);
  days.get(first)!.push("one more");
  expect((await writeLake(sourceInMemory(days), lake)).written).toEqual([name(first)]);
});

test("as a table it has its days, its rows and what is unreadable, also where its path has patterns in it", async () => {
  const odd = join(newDirectory(), "a [b]*?'c");
  mkdirSync(odd);
  const journal = threeDays();
  writeFileSync(join(journal, `audit_${second}.jsonl`), "no entry\n", { flag: "a" });
  const lake = join(odd, "lake");
  await writeLake(journal, lake);
  const table = await openEntries(lake);
  expect([table.kind, await table.days()]).toEqual(["lake", [first, second, third]]);
  const counted = {
    text: `select day, file, count(id)::double as entries, count(line)::double as lines,
    count(entry)::double as parsed from ${table.relation([second, third])} as e group by day, file order by day`,
  };
  expect(await all(table.ask(counted))).toEqual([
    { day: second, file: `audit_${second}.parquet`, entries: 51, lines: 52, parsed: 51 },
    { day: third, file: `audit_${third}.parquet`, entries: 52, lines: 52, parsed: 52 },
  ]);
  expect(await all(table.ask({ text: `select id from ${table.relation([])} as e` }))).toEqual([]);
  const where = { text: "event_type = $1", values: ["audit.heartbeat"] };
  const snapshot = await table.snapshot({ days: [first, second, third], columns: ["id", "log"], where });
  expect([...snapshot.unreadable]).toEqual([[`audit_${second}.parquet`, 1]]);
  renameSync(lake, `${lake}.away`);
  expect(await snapshot.ask({ text: `select count(*)::double as n from ${snapshot.relation}` })).toEqual([
    { n: 2 },
  ]);
  await snapshot.close();
  await table.close();
});
