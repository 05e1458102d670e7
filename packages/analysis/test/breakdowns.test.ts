import { AuditError } from "@openrouter-audit/core";
import fc from "fast-check";
import { journalOf, withCounted } from "../../../test/support/counted-journal.ts";
import type { Written } from "../../../test/support/counted-rows.ts";
import { generatedEntries } from "../../../test/support/generated-entries.ts";
import { lineOf } from "../../../test/support/unsealed-line.ts";
import { fill } from "../../sink-postgres/test/support/filled-table.ts";
import { World } from "../../sink-postgres/test/support/world.ts";
import { breakdowns } from "../src/report/breakdowns.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
}, 60_000);
afterAll(() => world.stop());

const always = { since: null, until: null };

/** The same entry twice at one place cannot be in a table. */
function table(entries: readonly Written[]): Promise<string> {
  const places = new Map(entries.map((entry) => [`${entry.recorded_at} ${entry.log} ${entry.seq}`, entry]));
  return fill(world, new Map([["", [...places.values()].map(lineOf)]])).then(() =>
    world.server.url({ user: "auditor" }),
  );
}

test.each<[string, number, (entries: readonly Written[]) => string | Promise<string>]>([
  ["a journal", 5, journalOf],
  ["a table", 2, table],
])(
  "the calls of %s are grouped alike whether all groups are asked for at once, some at a time, or one by one",
  async (_, numRuns, placeOf) => {
    await fc.assert(
      fc.asyncProperty(generatedEntries, async (entries) => {
        const windows = { time: always, period: always, before: null };
        await withCounted(await placeOf(entries), windows, async (asked) => {
          const statements: string[] = [];
          const counting = {
            ...asked,
            ask: (...given: Parameters<typeof asked.ask>) => {
              statements.push(given[0].text);
              return asked.ask(...given);
            },
          } as typeof asked;
          const atOnce = await breakdowns(counting);
          expect(statements).toHaveLength(1 + 1);
          const { calls } = atOnce.totals;
          expect(await breakdowns(counting, 3 * 2 * calls)).toEqual(atOnce);
          expect(await breakdowns(counting, 0)).toEqual(atOnce);
          // Nine sets of groups, by three at a time and by one; before them the calls are counted.
          if (calls > 0) expect(statements).toHaveLength(2 + (1 + 3) + (1 + 9));
        });
      }),
      { numRuns, endOnFailure: true, examples: [[[]]] },
    );
  },
  60_000,
);

test("where the engine cannot hold the groups of several sets, each set is asked for by itself", async () => {
  const entries = Array.from({ length: 20 }, (_, seq) => ({
    id: `id-${seq}`,
    log: "a/x/1",
    seq,
    timestamp: "2026-11-02T09:30:00.000Z",
    recorded_at: "2026-11-02T09:30:01.000Z",
    event_type: "chat_completion",
    user_id: `user-${seq}`,
    latency_ms: seq,
  }));
  const windows = { time: always, period: always, before: null };
  await withCounted(journalOf(entries), windows, async (asked) => {
    const failing = (most: number, code: "ENGINE_EXHAUSTED" | "JOURNAL_UNREADABLE") => {
      const ask = async (...given: Parameters<typeof asked.ask>) => {
        const sets = /grouping sets (.*)/.exec(given[0].text)?.[1]?.split("), (") ?? [];
        if (sets.length > most) throw new AuditError(code, "Too many.");
        return asked.ask(...given);
      };
      return { ...asked, ask } as typeof asked;
    };
    expect(await breakdowns(failing(1, "ENGINE_EXHAUSTED"))).toEqual(await breakdowns(asked));
    for (const [most, code] of [
      [0, "ENGINE_EXHAUSTED"],
      [1, "JOURNAL_UNREADABLE"],
    ] as const)
      await expect(breakdowns(failing(most, code))).rejects.toMatchObject({ code });
  });
});
