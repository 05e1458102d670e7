import fc from "fast-check";
import type { Written } from "./counted-rows.ts";

const begin = Date.parse("2026-10-20T00:00:00.000Z");
const hour = 3_600_000;
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

/** An hour in which most fails. */
const outage = fc
  .record({
    time: fc.integer({ min: 8 * 24, max: 24 * 24 }),
    errors: fc.integer({ min: 8, max: 40 }),
    calls: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ time, errors, calls }) =>
    Array.from({ length: errors + calls }, (_, index) =>
      entryAt(begin + time * hour + index * 30_000, { status: index < errors ? "error" : "success" }),
    ),
  );

/** Entries of which the findings of a report are interesting, as they were written; the last is recorded behind all others. */
const journals = fc
  .tuple(
    fc.array(habit, { maxLength: 4 }),
    fc.array(burst, { maxLength: 25 }),
    fc.array(outage, { maxLength: 2 }),
    fc.array(begun, { maxLength: 6 }),
    fc.array(gap, { maxLength: 4 }),
    fc.nat({ max: 5 }),
  )
  .map(([habits, bursts, outages, starts, gaps, repeated]) => {
    const last = entryAt(begin + 40 * 24 * hour, { event_type: "audit.closed", exchange_id: null });
    const entries = [...habits, ...bursts, ...outages, ...starts, ...gaps, last].flat();
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

/** What is asked of a journal. */
export const questions = fc.record({ limits: periods, expected: expectations, terms });

export type Question = typeof questions extends fc.Arbitrary<infer Each> ? Each : never;

/** Journals, with what is asked of each. */
export const generatedFindings = fc.tuple(journals, fc.array(questions, { minLength: 3, maxLength: 3 }));
