import { entryColumns } from "../entries/columns.ts";
import { asTheyAre, callColumns, callsOf, jobsOnce, tokens } from "../report/calls.ts";

/** Columns of `calls` that do not say what the member says, but what a report counts: the SQL over `callsOf`, and in words. */
export const countedNumbers: Readonly<Record<string, { readonly sql: string; readonly member: string }>> = {
  status: { sql: "state", member: "(success, error, aborted; unknown for all else)" },
  prompt_tokens: { sql: "whole_prompt_tokens", member: "(the whole prompt)" },
  completion_tokens: { sql: "completion_tokens", member: "(null where it can be no count)" },
  total_tokens: { sql: "all_tokens", member: "(the total; where nobody said it, prompt and completion)" },
  cached_tokens: { sql: "cached_tokens", member: "(null where it can be no count)" },
  cache_write_tokens: { sql: tokens("cache_write_tokens"), member: "(null where it can be no count)" },
  reasoning_tokens: { sql: "reasoning_tokens", member: "(null where it can be no count)" },
  cost_usd: { sql: dollars("cost_pico"), member: "(of a job once: null where another poll tells it)" },
  upstream_cost_usd: { sql: dollars("upstream_pico"), member: "(paid with own keys; of a job once)" },
  latency_ms: { sql: "latency_ms", member: "(null where it can be no measurement)" },
  time_to_first_token_ms: { sql: "time_to_first_token_ms", member: "(null where it can be no measurement)" },
};

/** Decimals, so that sums are exact, in whatever order they are added up. */
function dollars(pico: string): string {
  return `cast(${pico} * 0.000000000001 as decimal(18,12))`;
}

/** What stands beside the columns of an entry. */
const beside = ["entry", "line", "day", "file"];

const names = entryColumns.map(({ name }) => name);
const more = [
  ...names.filter((name) => !asTheyAre.includes(name) && !Object.hasOwn(countedNumbers, name)),
  "cache_write_tokens",
  ...beside,
];
const counted = [...asTheyAre, ...more, ...Object.keys(callColumns)];

/**
 * SQL of the view `calls`: the calls among entries, each once, with the numbers that a report counts, under plain names.
 *
 * @param first the relation of `firstPolls` of these entries; null: no job is among them
 */
export function callsView(entries: string, first: string | null): string {
  const calls = callsOf(entries, more);
  const once = first === null ? calls : jobsOnce(`(${calls})`, `select id from ${first}`, counted);
  const columns = names.map((name) => {
    const sql = countedNumbers[name]?.sql ?? `"${name}"`;
    return sql === `"${name}"` ? sql : `${sql} as "${name}"`;
  });
  return `select ${[...columns, "lacks_cost", ...beside].join(", ")} from (${once}) as calls`;
}

/** What a column of `calls` is made of, for a place that reads only what a statement speaks of. */
const madeOf: Readonly<Record<string, string>> = {
  prompt_tokens: "cached_tokens cache_write_tokens",
  total_tokens: "prompt_tokens completion_tokens cached_tokens cache_write_tokens",
  upstream_cost_usd: "is_byok",
  lacks_cost: "cost_usd status",
};

/** The names of what a statement over `calls` has read, beside those that stand in it. */
export function readForCalls(text: string): string {
  const made = Object.entries(madeOf).filter(([name]) => new RegExp(`\\b${name}\\b`, "i").test(text));
  return ["event_type generation_id", ...made.map(([, columns]) => columns)].join(" ");
}
