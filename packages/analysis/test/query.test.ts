import type { AuditEntry } from "@openrouter-audit/core";
import { gapIn } from "@openrouter-audit/core";
import fc from "fast-check";
import { checkFilter } from "../src/filter/check-filter.ts";
import type { EntryFilter } from "../src/filter/entry-filter.ts";
import { matcherOf } from "../src/filter/matches.ts";
import { openJournal } from "../src/journal/journal-table.ts";
import { query, queryPage } from "../src/query/query.ts";
import type { QueryOptions } from "../src/query/query-options.ts";
import { counting, journals, type ReadLine, readPlainly, sorted } from "./support/generated-journal.ts";
import { writeJournal } from "./support/written-journal.ts";

const idsOf = async (entries: AsyncIterable<AuditEntry>) => {
  const ids: string[] = [];
  for await (const { id, log, seq } of entries) ids.push(`${id} ${log}#${seq}`);
  return ids;
};

const filters = fc.constantFrom<EntryFilter>(
  {},
  { system: true },
  { match: { user_id: "ada" } },
  { match: { model: ["openai/*", null] } },
  { match: { cost_usd: { min: 0.25 } } },
  { since: new Date("2026-11-02T00:00:00Z") },
  { since: new Date("2026-11-01T12:00:00Z"), until: new Date("2026-11-03T12:00:00Z"), system: true },
  { match: { event_type: "call_started" } },
  { match: { status: "unknown" } },
);
const orders = fc.constantFrom(
  "recorded_at",
  "-recorded_at",
  "cost_usd",
  "-cost_usd",
  "model",
  "-model",
  "total_tokens",
  "-stream",
  "timestamp",
  "-timestamp",
);

const named = ({ entry: { id, log, seq } }: ReadLine) => `${id} ${log}#${seq}`;

test("a search of any journal finds what a plain reading of its files finds, in any order, page by page too", async () => {
  await fc.assert(
    fc.asyncProperty(
      journals,
      filters,
      orders,
      fc.integer({ min: 1, max: 9 }),
      async (files, filter, order, limit) => {
        const { lines, broken } = readPlainly(files);
        const expected = sorted(counting(lines, matcherOf(checkFilter(filter))), order).map(named);
        const table = await openJournal(writeJournal(files));
        try {
          const skipped = new Map<string, number>();
          const gaps = new Set<string>();
          const options: QueryOptions = {
            order,
            onSkipped: ({ file }) => skipped.set(file, (skipped.get(file) ?? 0) + 1),
            onGap: ({ id }) => gaps.add(id),
          };
          expect(await idsOf(query(table, filter, options))).toEqual(expected);
          const from = filter.since?.toISOString().slice(0, 10) ?? "";
          expect(skipped).toEqual(new Map([...broken].filter(([file]) => file.slice(6, 16) >= from)));
          expect(gaps).toEqual(
            new Set(
              lines
                .filter(({ entry, day }) => day >= from && gapIn(filter)(entry))
                .map(({ entry }) => entry.id),
            ),
          );
          expect(await idsOf(query(table, filter, { order, limit }))).toEqual(expected.slice(0, limit));
          const paged: string[] = [];
          let cursor: string | null = null;
          do {
            const page = await queryPage(table, filter, { order, limit, ...(cursor !== null && { cursor }) });
            expect(page.entries.length).toBeLessThanOrEqual(limit);
            paged.push(...page.entries.map(({ id, log, seq }) => `${id} ${log}#${seq}`));
            cursor = page.next;
          } while (cursor !== null);
          expect(paged).toEqual(expected);
        } finally {
          await table.close();
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 8) },
  );
});
