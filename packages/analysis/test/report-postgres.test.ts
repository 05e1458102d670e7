import fc from "fast-check";
import { journalOf } from "../../../test/support/counted-journal.ts";
import type { Written } from "../../../test/support/counted-rows.ts";
import { expectFindings } from "../../../test/support/expect-findings.ts";
import { generatedEntries, generatedPeriods } from "../../../test/support/generated-entries.ts";
import { generatedFindings } from "../../../test/support/generated-findings.ts";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import { empty, fill } from "../../sink-postgres/test/support/filled-table.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { openEntries, type Report, report } from "../src/index.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 60_000);
afterAll(() => world.stop());

/** Whoever has the lines gets the same, but for this. */
function answersOf({ generated_at: _, source: __, ...said }: Report) {
  return said;
}

/** A table has each place of a log once. */
function eachPlaceOnce(entries: readonly Written[]): Written[] {
  const places = new Map(
    entries.map((entry) => [`${entry.recorded_at.slice(0, 10)} ${entry.log} ${entry.seq}`, entry]),
  );
  return [...places.values()];
}

const mayCopy = "grant temporary on database postgres to public";
const mayOnlyRead = "revoke temporary on database postgres from public";

describe.each<[string, string]>([
  ["who may make temporary tables", mayCopy],
  ["who may only read", mayOnlyRead],
])("by %s", (_who, rights) => {
  test("the report of a table is that of the journal it was filled from", async () => {
    await world.sql(rights);
    const table = await openEntries(world.server.url({ user: "auditor" }));
    try {
      await fc.assert(
        fc.asyncProperty(generatedEntries, generatedPeriods, async (generated, { since, until }) => {
          const entries = eachPlaceOnce(generated);
          await fill(world, new Map([["", entries.map(lineOf)]]));
          const options = {
            period: { since: since ?? undefined, until: until ?? undefined },
            expect: { zdr: true, models: ["openai/*"], providers: ["Azure"] },
            unusual: { minimumCostUsd: 0, minimumTokens: 0, minimumCalls: 1 },
            now: new Date("2027-01-01T00:00:00.000Z"),
          };
          const [ofTable, ofJournal] = [
            await report(table, options),
            await report(journalOf(entries), options),
          ];
          expect(answersOf(ofTable)).toEqual(answersOf(ofJournal));
          expect(ofTable.source.kind).toBe("postgres");
        }),
        { numRuns: 2, endOnFailure: true },
      );
    } finally {
      await table.close();
    }
  });
});

test("what is found in Postgres is what the page says", async () => {
  let rights = mayOnlyRead;
  await fc.assert(
    fc.asyncProperty(generatedFindings, async ([entries, questions]) => {
      rights = rights === mayCopy ? mayOnlyRead : mayCopy;
      await world.sql(rights);
      await empty(world);
      // An entry that stands twice in files of one day is there once: each place is taken once.
      const kept = [...new Map(entries.map((entry) => [entry.seq, entry])).values()];
      await world.as("app", async (client) => {
        const lines = kept.map(lineOf);
        const { rows } = await client.query("select * from openrouter_audit.entries_append($1::text[])", [
          lines,
        ]);
        expect(rows).toEqual([]);
      });
      const table = await openEntries(world.server.url({ user: "auditor" }));
      try {
        for (const question of questions.slice(0, 2)) await expectFindings(table, kept, question);
      } finally {
        await table.close();
      }
    }),
    {
      numRuns: 4,
      endOnFailure: true,
      examples: fc.sample(generatedFindings, { numRuns: 2, seed: 23 }).map((each) => [each] as [typeof each]),
    },
  );
});
