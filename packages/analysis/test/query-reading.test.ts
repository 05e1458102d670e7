import { type AuditEntry, AuditError } from "@openrouter-audit/core";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import type { EntryTable, SqlRow, Statement } from "../src/entries/entry-table.ts";
import { openJournal } from "../src/journal/journal-table.ts";
import { query, queryPage } from "../src/query/query.ts";
import { plainEntry, writeJournal } from "./support/written-journal.ts";

const perDay = 200;
const days = Array.from({ length: 15 }, (_none, day) => `2026-11-${String(day + 1).padStart(2, "0")}`);

/** A table that says what was asked of it. */
interface Watched {
  readonly table: EntryTable;
  /** The days of each relation, in the order in which they were asked for. */
  readonly asked: string[][];
  /** Rows that were taken of it. */
  taken: number;
}

function watched(table: EntryTable): Watched {
  const watch: Watched = {
    asked: [],
    taken: 0,
    table: {
      kind: table.kind,
      name: table.name,
      days: (signal) => table.days(signal),
      relation: (some) => {
        watch.asked.push([...some]);
        return table.relation(some);
      },
      inOrder: (some) => table.inOrder!(some),
      async *ask<Row extends SqlRow>(statement: Statement, signal?: AbortSignal) {
        for await (const row of table.ask<Row>(statement, signal)) {
          watch.taken += 1;
          yield row;
        }
      },
      snapshot: (options) => table.snapshot(options),
      sealed: () => table.sealed(),
      close: () => table.close(),
    },
  };
  return watch;
}

let table: EntryTable;
beforeAll(async () => {
  table = await openJournal(
    writeJournal(
      Object.fromEntries(
        days.map((day, number) => {
          const lines = Array.from({ length: perDay }, (_none, index) => {
            const time = new Date(Date.parse(`${day}T00:00:00Z`) + index * 160_000).toISOString();
            const seq = number * perDay + index;
            return lineOf({
              ...plainEntry,
              id: `e-${seq}`,
              seq,
              timestamp: time,
              recorded_at: time,
              user_id: `u-${seq % (perDay / 2)}`,
            });
          });
          return [`audit_${day}.jsonl`, lines];
        }),
      ),
    ),
  );
});
afterAll(() => table.close());

const first = async (entries: AsyncIterable<AuditEntry>) => {
  for await (const entry of entries) return entry.seq;
  return null;
};
const all = async (entries: AsyncIterable<AuditEntry>) => {
  const found: number[] = [];
  for await (const { seq } of entries) found.push(seq);
  return found;
};

test("the first entry is there when hardly anything was read", async () => {
  const watch = watched(table);
  expect(await first(query(watch.table))).toBe(0);
  expect(watch.asked).toEqual([[days[0]]]);
  expect(watch.taken).toBeLessThan(10);
});

test("a scan of everything holds next to nothing, and keeps the order of many files that are read at once", async () => {
  const watch = watched(table);
  let [found, most] = [0, 0];
  for await (const { seq } of query(watch.table)) {
    if (seq !== found) throw new Error(`${seq} stands in the place of ${found}.`);
    found += 1;
    most = Math.max(most, watch.taken - found);
  }
  expect(found).toBe(days.length * perDay);
  expect(most).toBeLessThan(10);
  expect(watch.asked.map(({ length }) => length)).toEqual([1, 2, 4, 8]);
});

test("the newest are found without a look at older days", async () => {
  const watch = watched(table);
  const page = await queryPage(watch.table, {}, { order: "-recorded_at", limit: 3 });
  const last = days.length * perDay - 1;
  expect(page.entries.map(({ seq }) => seq)).toEqual([last, last - 1, last - 2]);
  // The day before may hold the same entry: then it counts there.
  for (const some of watch.asked) for (const day of some) expect(days.slice(-2)).toContain(day);
  expect(watch.taken).toBeLessThan(100);
});

test("what few days hold is looked for in more and more of them at once", async () => {
  const watch = watched(table);
  expect(await all(query(watch.table, { match: { user_id: "u-7" } }))).toEqual(
    Array.from({ length: days.length * 2 }, (_none, number) => (number * perDay) / 2 + 7),
  );
  expect(watch.asked).toHaveLength(4);
});

test("days before `since` are not read", async () => {
  const watch = watched(table);
  const found = await all(query(watch.table, { since: new Date("2026-11-15T00:00:00Z") }));
  expect(found).toHaveLength(perDay);
  expect(watch.asked).toEqual([["2026-11-15"]]);
});

test("a page holds its place while the log grows", async () => {
  const directory = writeJournal({});
  const write = (count: number) =>
    writeJournal(
      {
        "audit_2026-11-02.jsonl": Array.from({ length: count }, (_none, seq) =>
          lineOf({ ...plainEntry, id: `e-${seq}`, seq, recorded_at: `2026-11-02T09:30:0${seq}.000Z` }),
        ),
      },
      directory,
    );
  write(4);
  const newest = await queryPage(directory, {}, { order: "-recorded_at", limit: 2 });
  const oldest = await queryPage(directory, {}, { limit: 3 });
  write(6);
  const before = await queryPage(directory, {}, { order: "-recorded_at", limit: 9, cursor: newest.next! });
  expect(before).toMatchObject({ entries: [{ seq: 1 }, { seq: 0 }], next: null });
  const after = await queryPage(directory, {}, { limit: 9, cursor: oldest.next! });
  expect(after).toMatchObject({ entries: [{ seq: 3 }, { seq: 4 }, { seq: 5 }], next: null });
});

test("where a clock was set back nothing is lost", async () => {
  const times = ["09:30:00", "09:30:20", "09:10:00", "09:10:20", "09:31:00"];
  const lines = times.map((time, seq) =>
    lineOf({ ...plainEntry, id: `e-${seq}`, seq, recorded_at: `2026-11-02T${time}.000Z` }),
  );
  const directory = writeJournal({ "audit_2026-11-02.jsonl": lines });
  expect((await all(query(directory))).sort()).toEqual([0, 1, 2, 3, 4]);
  const page = await queryPage(directory, {}, { limit: 3 });
  const rest = await queryPage(directory, {}, { limit: 3, cursor: page.next! });
  expect([...page.entries, ...rest.entries].map(({ seq }) => seq)).toEqual([2, 3, 0, 1, 4]);
});

test("more lines that are no entries than a page has are all told", async () => {
  const lines = Array.from({ length: 60 }, () => "what is this");
  const directory = writeJournal({
    "audit_2026-11-02.jsonl": [...lines, lineOf({ ...plainEntry, id: "e-0" })],
  });
  let skipped = 0;
  const page = await queryPage(directory, {}, { limit: 1, onSkipped: () => (skipped += 1) });
  expect(page.entries).toHaveLength(1);
  expect(skipped).toBe(60);
});

test("a search that is stopped rejects with the reason", async () => {
  const stop = new AbortController();
  const found = query(table, {}, { signal: stop.signal });
  await found.next();
  stop.abort(new Error("enough"));
  await expect(all(found)).rejects.toThrow("enough");
});

/** A cursor that is one. */
let givenOut: Promise<string>;
beforeAll(() => {
  givenOut = queryPage(table, {}, { limit: 1 }).then(({ next }) => next!);
  return givenOut;
});

const forge = (change: (parts: unknown[]) => unknown) => (cursor: string) =>
  Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(cursor, "base64url").toString())))).toString(
    "base64url",
  );

test.each<[string, (cursor: string) => string]>([
  ["nothing", () => ""],
  ["no base64", () => "!?"],
  ["no JSON", () => "bm90aGluZw"],
  ["another version", forge(([, ...rest]) => [2, ...rest])],
  ["too few parts", forge((parts) => parts.slice(1))],
  ["a value where there is none", forge((parts) => parts.with(2, "x"))],
  ["no day", forge((parts) => parts.with(3, "today"))],
  ["no time", forge((parts) => parts.with(4, "2026-02-31 00:00:00"))],
  ["no number", forge((parts) => parts.with(6, "1; drop table"))],
  ["no text", forge((parts) => parts.with(7, { a: 1 }))],
])("a cursor with %s is refused", async (_what, change) => {
  const refused = queryPage(table, {}, { limit: 1, cursor: change(await givenOut) });
  await expect(refused).rejects.toBeInstanceOf(AuditError);
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining("cursor"),
  });
});

test.each([{ limit: -1 }, { limit: 0.5 }, { limit: 0 }])("%j is no page", async (options) => {
  await expect(queryPage(table, {}, options)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
});
