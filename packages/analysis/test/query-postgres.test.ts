import { type EntryFilter, type EntryTable, openEntries, query, queryPage } from "@openrouter-audit/analysis";
import type { AuditEntry } from "@openrouter-audit/core";
import fc from "fast-check";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import { empty } from "../../sink-postgres/test/support/filled-table.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { checkFilter } from "../src/filter/check-filter.ts";
import { matcherOf } from "../src/filter/matches.ts";
import { counting, journals, readPlainly, sorted } from "./support/generated-journal.ts";
import { filters, narrowed, oddEntries, wanted } from "./support/odd-entries.ts";

let world: World;
let table: EntryTable;
beforeAll(async () => {
  world = await World.start();
  table = await openEntries(world.server.url({ user: "auditor" }));
}, 60_000);
afterAll(async () => {
  await table.close();
  await world.stop();
});

/** What the table takes of some lines: not those without a time at which they were recorded. */
async function stored(lines: readonly string[]): Promise<Set<string>> {
  await empty(world);
  await world.as("app", (client) =>
    client.query("select * from openrouter_audit.entries_append($1::text[])", [lines]),
  );
  const rows = await world.sql<{ line: string }>("select line from openrouter_audit.entries");
  return new Set(rows.map(({ line }) => line));
}

test("SQL leaves out nothing that a filter wants, whatever stands in an entry", async () => {
  await fc.assert(
    fc.asyncProperty(oddEntries, fc.array(filters, { minLength: 20, maxLength: 20 }), async (all, some) => {
      const lines = await stored(all.map(lineOf));
      const there = all.filter((entry) => lines.has(lineOf(entry)));
      const found = await narrowed(table, some);
      for (const [index, filter] of some.entries())
        expect({ filter, found: found[index] }).toEqual({
          filter,
          found: expect.arrayContaining(wanted(there, filter)),
        });
    }),
    { numRuns: Number(process.env.RUNS ?? 8), endOnFailure: process.env.RUNS !== undefined },
  );
});

const orders = fc.constantFrom(
  "recorded_at",
  "-recorded_at",
  "-cost_usd",
  "model",
  "-total_tokens",
  "timestamp",
  "stream",
);
const asked = fc.constantFrom<EntryFilter>(
  {},
  { system: true },
  { match: { model: "openai/*" } },
  { match: { user_id: [null, "ada"] } },
);
const named = ({ id, log, seq }: AuditEntry) => `${id} ${log}#${seq}`;

test("a search of the table finds what a plain reading of the files finds, page by page too", async () => {
  await fc.assert(
    fc.asyncProperty(journals, asked, orders, async (files, filter, order) => {
      const lines = await stored(Object.values(files).flat());
      const read = readPlainly(
        Object.fromEntries(
          Object.entries(files).map(([name, all]) => [name, all.filter((line) => lines.has(line))]),
        ),
      );
      const expected = sorted(counting(read.lines, matcherOf(checkFilter(filter))), order).map(({ entry }) =>
        named(entry),
      );
      const found: string[] = [];
      for await (const entry of query(table, filter, { order })) found.push(named(entry));
      expect(found).toEqual(expected);
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await queryPage(table, filter, { order, limit: 7, cursor });
        paged.push(...page.entries.map(named));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(paged).toEqual(expected);
    }),
    { numRuns: Number(process.env.RUNS ?? 6), endOnFailure: process.env.RUNS !== undefined },
  );
});
