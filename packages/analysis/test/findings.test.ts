import { findOrphans } from "@openrouter-audit/core";
import fc from "fast-check";
import { journalOf, withCounted } from "../../../test/support/counted-journal.ts";
import {
  completenessOf,
  lookedAt,
  newsOf,
  policyOf,
  unusualOf,
  type Written,
} from "../../../test/support/findings-oracle.ts";
import { completeness } from "../src/report/completeness.ts";
import { baselineSince } from "../src/report/judged-calls.ts";
import { news } from "../src/report/news.ts";
import { policyFindings } from "../src/report/policy.ts";
import { unusualActivity } from "../src/report/unusual.ts";

const runs = 40;
const begin = Date.parse("2026-10-20T00:00:00.000Z");
const hour = 3_600_000;
const now = new Date("2027-01-01T00:00:00.000Z");
const logs = ["a/x/1", "a/x/2", "é/y/3"];
const users = ["ada", "Ada", "", "😀", "\uffff", `"'\\`, null];
const models = ["openai/gpt-5", "openai/gpt-5-mini", "x/y", "é", null];
const providers = ["OpenAI", "Azure", null];
const types = [
  "chat_completion",
  "message",
  "video_status",
  "file",
  "management",
  "answer.approved",
  "call_refused",
];

let written = 0;

/** An entry of which only what the findings look at is said. */
function entryAt(time: number, more: Written): Written {
  written += 1;
  return {
    id: `id-${written}`,
    log: logs[0],
    seq: written,
    timestamp: new Date(time).toISOString(),
    recorded_at: new Date(time + 1_000).toISOString(),
    event_type: "chat_completion",
    status: "success",
    exchange_id: `exchange-${written}`,
    ...more,
  };
}

/** Calls that somebody makes one after the other. */
const burst = fc
  .record({
    time: fc.integer({ min: 0, max: 24 * 24 * 60 }),
    calls: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
      fc.integer({ min: 10, max: 60 }),
    ),
    event_type: fc.oneof({ weight: 4, arbitrary: fc.constant("chat_completion") }, fc.constantFrom(...types)),
    status: fc.constantFrom("success", "success", "error", "aborted", "unknown", "odd"),
    user_id: fc.constantFrom(...users),
    model: fc.constantFrom(...models),
    model_served: fc.constantFrom(...models),
    provider: fc.constantFrom(...providers),
    policy: fc.constantFrom(
      null,
      "odd",
      { zdr: true },
      { zdr: false, data_collection: "deny" },
      { zdr: true, data_collection: "deny" },
    ),
    cost_usd: fc.constantFrom(null, 0, 0.01, 0.1, 0.3, 2, -1, 1e7),
    prompt_tokens: fc.constantFrom(null, 0, 10, 5_000, -1),
    completion_tokens: fc.constantFrom(null, 3, 1e13),
    total_tokens: fc.constantFrom(null, null, 100, 900),
    generation_id: fc.constantFrom(null, "gen-1", "gen-2"),
  })
  .map(({ time, calls, ...more }) =>
    Array.from({ length: calls }, (_, index) => entryAt(begin + time * 60_000 + index * 30_000, more)),
  );

/** Somebody who does the same each day, so that there is something to compare with. */
const habit = fc
  .record({
    user_id: fc.constantFrom(...users),
    hour: fc.integer({ min: 0, max: 23 }),
    days: fc.integer({ min: 3, max: 22 }),
    calls: fc.integer({ min: 1, max: 3 }),
    cost_usd: fc.constantFrom(0.05, 0.1),
  })
  .map(({ user_id, hour: at, days, calls, cost_usd }) =>
    Array.from({ length: days * calls }, (_, index) =>
      entryAt(begin + Math.floor(index / calls) * 24 * hour + at * hour + (index % calls) * 60_000, {
        user_id,
        cost_usd,
        total_tokens: 40,
      }),
    ),
  );

/** A call that is written down before it is sent; its end, presumed or real or both, or none. */
const begun = fc
  .record({
    time: fc.integer({ min: 0, max: 24 * 24 * 60 }),
    log: fc.constantFrom(...logs),
    end: fc.constantFrom("none", "real", "presumed", "both", "before", "later"),
    event_type: fc.constantFrom("chat_completion", "management"),
    twice: fc.boolean(),
  })
  .map(({ time, log, end, event_type, twice }) => {
    const at = begin + time * 60_000;
    const start = entryAt(at, { log, event_type: "call_started", status: "unknown", detail: { event_type } });
    const { exchange_id } = start;
    const real = entryAt(at, {
      exchange_id,
      event_type,
      recorded_at: new Date(
        at + (end === "later" ? 30 * hour : end === "before" ? -30 * hour : 5_000),
      ).toISOString(),
    });
    const presumed = entryAt(at, { exchange_id, event_type, status: "unknown", error_type: "process_ended" });
    const starts = twice ? [start, start] : [start];
    if (end === "none") return starts;
    if (end === "presumed") return [...starts, presumed];
    return [...starts, real, ...(end === "both" ? [presumed] : [])];
  });

const iso = (time: number) => new Date(begin + time * hour).toISOString();
const anything = fc.constantFrom<unknown>(null, "x", 5, -1, 1.5, 1e300, [1], {}, true);
const gap = fc
  .record({
    time: fc.integer({ min: 0, max: 24 * 24 }),
    detail: fc.oneof(
      anything,
      fc.record({
        reason: fc.oneof(fc.constant("buffer_full"), anything),
        count: fc.oneof(fc.integer({ min: 0, max: 9 }), anything),
        since: fc.oneof(fc.integer({ min: 0, max: 24 * 24 }).map(iso), anything),
        until: fc.oneof(fc.integer({ min: 0, max: 24 * 24 }).map(iso), anything),
      }),
    ),
  })
  .map(({ time, detail }) => [
    entryAt(begin + time * hour, { event_type: "audit.gap", exchange_id: null, detail }),
  ]);

const journal = fc
  .tuple(
    fc.array(habit, { maxLength: 4 }),
    fc.array(burst, { maxLength: 25 }),
    fc.array(begun, { maxLength: 6 }),
    fc.array(gap, { maxLength: 4 }),
    fc.nat({ max: 5 }),
  )
  .map(([habits, bursts, starts, gaps, repeated]) => {
    const last = entryAt(begin + 40 * 24 * hour, { event_type: "audit.closed", exchange_id: null });
    const entries = [...habits, ...bursts, ...starts, ...gaps, last].flat();
    return [...entries, ...entries.slice(0, repeated)];
  });

const periods = fc
  .tuple(
    fc.integer({ min: 0, max: 24 * 24 }),
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom("both", "since", "until", "none"),
  )
  .map(([from, length, limits]) => {
    const since = limits === "both" || limits === "since" ? new Date(begin + from * hour) : null;
    const until = limits === "both" || limits === "until" ? new Date(begin + (from + length) * hour) : null;
    const before = since && until ? { since: new Date(+since - length * hour), until: since } : null;
    return { period: { since, until }, before };
  });

const expectations = fc.record(
  {
    zdr: fc.boolean(),
    deny_data_collection: fc.boolean(),
    models: fc.subarray(["openai/*", "openai/gpt-5", "é", "*"]),
    providers: fc.subarray(["OpenAI", "A*"]),
  },
  { requiredKeys: [] },
);

const terms = fc.record({
  offHours: fc.constantFrom([22, 6] as const, [0, 5] as const, [9, 17] as const),
  minimumCostUsd: fc.constantFrom(0, 0.5, 5),
  minimumTokens: fc.constantFrom(0, 1_000),
  minimumCalls: fc.constantFrom(1, 3, 20),
});

test("what is found is what the page says, of any journal and period", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      journal,
      periods,
      expectations,
      terms,
      async (entries, { period, before }, expect_, given) => {
        const readSince =
          period.since && new Date(Math.min(+baselineSince(period.since), +(before?.since ?? period.since)));
        const fromDay = readSince?.toISOString().slice(0, 10) ?? "";
        const time = { since: readSince, until: period.until };
        const read = lookedAt(entries, time);
        const directory = journalOf(entries);
        await withCounted(directory, { time, period, before }, async (asked, unreadable) => {
          const complete = await completeness(asked, period, { unreadable, now });
          const isOver = () => true;
          expect(complete).toEqual({
            ...completenessOf(read, period, isOver),
            unreadable_lines: 0,
            unreadable: [],
          });
          expect(await policyFindings(asked, expect_)).toEqual(policyOf(read, period, expect_));
          expect(await news(asked)).toEqual(newsOf(read, period, before));
          const { offHours, ...unusual } = given;
          const found = await unusualActivity(asked, period, { offHours, unusual });
          const wanted = unusualOf(read, period, given);
          expect(found.unusual.map(({ explanation: _, ...each }) => each)).toEqual(wanted.unusual);
          expect(
            found.unusual_rules.map(({ judged, not_judged, found: count }) => ({
              judged,
              not_judged,
              found: count,
            })),
          ).toEqual(wanted.counts);
          for (const { rule, scope } of found.unusual)
            seen.set(`${rule} ${scope}`, (seen.get(`${rule} ${scope}`) ?? 0) + 1);
        });
        const limits = {
          ...(period.since && { since: period.since }),
          ...(period.until && { until: period.until }),
        };
        const orphans: Record<string, number> = { running: 0, orphaned: 0 };
        for await (const { state } of findOrphans(directory, { ...limits, fromDay })) orphans[state]! += 1;
        expect((completenessOf(read, period, () => true) as Written).orphans).toEqual(orphans);
      },
    ),
    { numRuns: runs },
  );
  // A property that never met a case says nothing.
  expect([...seen.keys()].sort()).toEqual([
    "cost_spike all",
    "cost_spike user",
    "error_spike all",
    "off_hours user",
    "token_spike all",
    "token_spike user",
  ]);
});
