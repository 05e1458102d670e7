import fc from "fast-check";
import type { Written } from "./counted-rows.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const begin = Date.parse("2026-10-27T22:00:00.000Z");
const days = 5;

const eventTypes = [
  "chat_completion",
  "chat_completion",
  "chat_completion",
  "message",
  "message",
  "response",
  "embedding",
  "video",
  "video_status",
  "video_status",
  "batch_status",
  "file",
  "file_content",
  "unknown_endpoint",
  "management",
  "catalogue",
  "call_refused",
  "call_started",
  "audit.heartbeat",
  "answer.approved",
  "a_type_of_later",
];
/** What nobody would write, and a report must bear. A number in quotes is no part of that: docs/reports.md, "What is read". */
const oddNumber = fc.constantFrom<unknown>(-1, 1e300, 1e12, 1e6, 0.5, -1e-300, 9007199254740992);
const odd = fc.oneof(
  { weight: 12, arbitrary: oddNumber },
  // Such a line is read in another way, and so is its file.
  { weight: 1, arbitrary: fc.constantFrom<unknown>("five", [1], {}) },
);
const mostly = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof<fc.WeightedArbitrary<unknown>[]>(
    { weight: 12, arbitrary: usual },
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: odd },
  );
const count = mostly(fc.integer({ min: 0, max: 5_000 }));
// Not `fc.double`: nearly all that it gives are nearer to 0 than anything that is measured.
const numberBelow = (limit: number) =>
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((steps) => (steps * limit) / 2 ** 31 / 1.1);
const cost = mostly(
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(0, 0.1, 0.2, 0.3, 0.000353, 1e-13, 999_999.999, 1e6, 1e-301) },
    { weight: 2, arbitrary: numberBelow(3) },
  ),
);
const milliseconds = mostly(
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(0, 0.0005, 391.384, 1e9, 1e12, 1e-301) },
    { weight: 2, arbitrary: numberBelow(60_000) },
  ),
);
/** A text where an object belongs: such a line is read in another way, and so is its file. */
const seldomText = (...usual: unknown[]) =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constant("odd") },
  );
const words = (...some: (string | null)[]) => fc.constantFrom(...some);
const boolean = fc.constantFrom<unknown>(true, true, false, null, "yes", 1);

const members = fc.record({
  event_type: fc.constantFrom(...eventTypes),
  status: words("success", "success", "success", "error", "aborted", "unknown", "odd", null),
  user_id: words("ada", "Ada", "bob", "", "😀", "\uffff", "é", `"'\\\n`, "NULL", null),
  attribution: seldomText(
    { how: "authenticated", source: "req.user.id" },
    { how: "anonymous" },
    { how: "no_context" },
    { how: "unresolved" },
    { how: "odd" },
    {},
    null,
  ),
  tenant_id: words("acme", "zeta", null, null),
  metadata: seldomText({ feature: "code_review" }, { feature: "chat", more: [{}] }, {}, null, {
    feature: null,
  }),
  model: words("openai/gpt-5", "openai/gpt-5-mini", "é", null),
  model_served: words("openai/gpt-5-2026", null),
  provider: words("OpenAI", "Azure", null),
  generation_id: words("gen-1", "gen-2", null, null),
  stream: boolean,
  refused: boolean,
  policy: fc.constantFrom<unknown>({ zdr: true }, { zdr: false }, null),
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: fc.oneof(fc.constant(null), count),
  cached_tokens: count,
  cache_write_tokens: count,
  reasoning_tokens: count,
  cost_usd: cost,
  upstream_cost_usd: fc.oneof(fc.constant(null), cost),
  is_byok: boolean,
  latency_ms: milliseconds,
  time_to_first_token_ms: fc.oneof(fc.constant(null), milliseconds),
  response_complete: boolean,
  error_type: words(null, null, "timeout", "server", "process_ended"),
  error_code: fc.constantFrom<unknown>(null, null, 404, 500, "no_such_model"),
});

/** What happens to what was written: nothing, or it is written again, or by another log too (with another cost, so that it shows which one counts), or it is an exchange with a second end. */
const fate = fc.constantFrom(
  "once",
  "once",
  "once",
  "once",
  "again",
  "by another",
  "two ends",
  "two starts of an end",
);

const entries = fc
  .record({
    at: fc.integer({ min: 0, max: days * day - 1 }),
    /** Calls end later than they begin, and some are recorded days later. */
    later: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 5 * minute }) },
      fc.integer({ min: 0, max: 3 * day }),
    ),
    log: fc.constantFrom("a/x/1", "a/x/2", "é/y/3", "😀/z"),
    members,
    fate,
    absent: fc.array(
      fc.constantFrom("cost_usd", "metadata", "user_id", "status", "latency_ms", "policy", "error_type"),
      { maxLength: 2 },
    ),
  })
  .map(({ at, later, log, members: said, fate: its, absent }) => {
    const timestamp = new Date(begin + at).toISOString();
    const entry: Written = {
      log,
      timestamp,
      recorded_at: new Date(begin + at + later).toISOString(),
      ...said,
    };
    for (const name of absent) delete entry[name];
    const recorded = (more: number) => new Date(begin + at + later + more).toISOString();
    const ended: Written = {
      ...entry,
      status: "unknown",
      error_type: "process_ended",
      recorded_at: recorded(minute),
    };
    return { entry, its, ended, recorded };
  });

/**
 * Entries as a log has them and as it has not: of every type, repeated, with ends that were presumed, polled jobs, members that are absent or
 * nonsense, recorded when they were made or days later.
 */
export const generatedEntries: fc.Arbitrary<Written[]> = fc
  .tuple(fc.array(entries, { maxLength: 60, size: "max" }), fc.boolean())
  .map(([made, isWhole]) => {
    const written: Written[] = [];
    const write = (entry: Written) => {
      const seq = written.length;
      written.push({ id: `id-${seq}`, seq, exchange_id: null, ...entry });
      return written[seq]!;
    };
    for (const { entry, its, ended, recorded } of made) {
      const exchange_id = its === "once" ? null : `exchange-${written.length}`;
      const first = write({ ...entry, exchange_id });
      const place = { seq: written.length };
      if (its === "again") written.push({ ...first });
      if (its === "by another")
        write({ ...first, ...place, log: "b/other", recorded_at: recorded(2 * day), cost_usd: 0.25 });
      if (its === "two ends") write({ ...ended, exchange_id });
      if (its === "two starts of an end") {
        const end = write({ ...ended, exchange_id: `${exchange_id}-alone` });
        write({ ...end, seq: written.length, log: "b/other", recorded_at: recorded(minute) });
      }
    }
    return isWhole ? written.map(inMicroseconds) : written;
  });

/** Measured in whole microseconds, as the product does: of what is finer, percentiles are found in another way. */
function inMicroseconds(entry: Written): Written {
  const rounded = (value: unknown) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
  const { latency_ms, time_to_first_token_ms } = entry;
  return {
    ...entry,
    ...("latency_ms" in entry && { latency_ms: rounded(latency_ms) }),
    time_to_first_token_ms: rounded(time_to_first_token_ms),
  };
}

/** Periods over them: whole days, months and any time, open or not. */
export const generatedPeriods: fc.Arbitrary<{ readonly since: Date | null; readonly until: Date | null }> = fc
  .tuple(
    fc.oneof(
      fc
        .tuple(fc.integer({ min: -1, max: days }), fc.integer({ min: 1, max: days }))
        .map(([first, length]) => {
          const midnight = Date.parse("2026-10-28T00:00:00.000Z") + first * day;
          return [new Date(midnight), new Date(midnight + length * day)];
        }),
      fc.constant([new Date("2026-11-01T00:00:00.000Z"), new Date("2026-12-01T00:00:00.000Z")]),
      fc
        .tuple(fc.integer({ min: 0, max: days * day }), fc.integer({ min: 1, max: 2 * day }))
        .map(([at, length]) => [new Date(begin + at), new Date(begin + at + length)]),
    ),
    fc.constantFrom("both", "both", "both", "since", "until", "none"),
  )
  .map(([[since, until], limits]) => ({
    since: limits === "both" || limits === "since" ? since! : null,
    until: limits === "both" || limits === "until" ? until! : null,
  }));
