import fc from "fast-check";
import { journalOf } from "../../../test/support/counted-journal.ts";
import { lookedAt, type OraclePeriod } from "../../../test/support/counted-rows.ts";
import { generatedEntries, generatedPeriods } from "../../../test/support/generated-entries.ts";
import { sumsOf } from "../../../test/support/sums-oracle.ts";
import { openEntries, type Report, report } from "../src/index.ts";

const now = new Date("2027-01-01T00:00:00.000Z");

/** As the page says what is looked at. */
function timeOf({ since, until }: OraclePeriod, compared: Report["compared_with"]): OraclePeriod {
  if (since === null) return { since, until };
  const usual = Math.floor(+since / 86_400_000 - 15) * 86_400_000;
  const before = compared ? Date.parse(compared.since!) : usual;
  return { since: new Date(Math.min(usual, before)), until };
}

const given = ({ since, until }: OraclePeriod) => ({ since: since ?? undefined, until: until ?? undefined });

test("every sum of a report is what the page says, of any journal and period", async () => {
  await fc.assert(
    fc.asyncProperty(
      generatedEntries,
      fc.array(generatedPeriods, { minLength: 1, maxLength: 2 }),
      async (entries, periods) => {
        const table = await openEntries(journalOf(entries));
        try {
          for (const period of periods) {
            const made = await report(table, { period: given(period), now });
            const read = lookedAt(entries, timeOf(period, made.compared_with));
            expect(made).toEqual({ ...made, ...sumsOf(read, period) });
          }
        } finally {
          await table.close();
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});
