import fc from "fast-check";
import { lineOf } from "../../../test/support/counted-journal.ts";
import { expectFindings } from "../../../test/support/expect-findings.ts";
import { generatedFindings } from "../../../test/support/generated-findings.ts";
import { empty } from "../../sink-postgres/test/support/filled-table.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { openEntries } from "../src/index.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 60_000);
afterAll(() => world.stop());

test("what is found in Postgres is what the page says", async () => {
  await fc.assert(
    fc.asyncProperty(generatedFindings, async ([entries, questions]) => {
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
      examples: fc.sample(generatedFindings, { numRuns: 2, seed: 23 }).map((each) => [each] as [typeof each]),
    },
  );
});
