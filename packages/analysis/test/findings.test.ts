import fc from "fast-check";
import { journalOf } from "../../../test/support/counted-journal.ts";
import { expectFindings, expectOrphans } from "../../../test/support/expect-findings.ts";
import { generatedFindings } from "../../../test/support/generated-findings.ts";
import { openEntries } from "../src/index.ts";

test("what is found is what the page says, of any journal and period", async () => {
  const seen = new Set<string>();
  // Some are always the same, so that each rule finds something in them: a property that never met a case says nothing.
  const examples = fc
    .sample(generatedFindings, { numRuns: 5, seed: 23 })
    .map((each) => [each] as [typeof each]);
  await fc.assert(
    fc.asyncProperty(generatedFindings, async ([entries, questions]) => {
      const directory = journalOf(entries);
      const table = await openEntries(directory);
      try {
        for (const question of questions) {
          for (const rule of await expectFindings(table, entries, question)) seen.add(rule);
          await expectOrphans(directory, entries, question);
        }
      } finally {
        await table.close();
      }
    }),
    { numRuns: 6, examples, endOnFailure: true },
  );
  expect([...seen].sort()).toEqual([
    "cost_spike all",
    "cost_spike user",
    "error_spike all",
    "off_hours user",
    "token_spike all",
    "token_spike user",
  ]);
});
