import { isCall } from "../entries/is-call.ts";
import { logOrder } from "../entries/log-order.ts";

/** Each poll of a job that is over tells what the whole job cost. */
export const isPoll = `event_type in ('video_status', 'batch_status')`;

/** What has no cost of its own to be told, or not yet. */
const isFree = `(event_type in ('file', 'file_upload', 'file_content', 'video', 'video_content', 'batch') or ${isPoll})`;

// What nobody can have measured is as if nothing were said, so that it spoils no sum. NaN is greater than all numbers; what is nearer to 0
// than the second, not every store can tell.
const isPossible = (column: string, limit: string) =>
  `(${column} = 0 or ${column} >= 1e-300 and ${column} < ${limit})`;
/** SQL: a count of tokens, null where it can be none. */
export const tokens = (column: string) =>
  `case when ${column} >= 0 and ${column} < 1000000000000 then ${column} end`;
const milliseconds = (column: string) => `case when ${isPossible(column, "1e12")} then ${column} end`;
const isCost = (column: string) => `coalesce(${isPossible(column, "1e6")}, false)`;

/** Whole trillionths of a dollar: what a sum of doubles is depends on their order. */
const pico = (column: string) => `cast(floor(${column} * 1e12 + 0.5) as bigint)`;

/** What is asked of calls as it stands in the entry. */
export const asTheyAre = [
  "timestamp",
  "event_type",
  "status",
  "user_id",
  "attribution_how",
  "tenant_id",
  "feature",
  "stream",
  "model",
  "model_served",
  "provider",
  "refused",
  "zdr",
  "data_collection",
  "response_complete",
  "error_code",
  "error_type",
];

const prompt = tokens("prompt_tokens");
const [read, written] = [tokens("cached_tokens"), tokens("cache_write_tokens")];
const wholePrompt = `case when event_type <> 'message' or coalesce(${prompt}, ${read}, ${written}) is null then ${prompt}
  else coalesce(${prompt}, 0) + coalesce(${read}, 0) + coalesce(${written}, 0) end`;

/**
 * What all questions about calls have in common (docs/reports.md, "Numbers of a call"), as SQL over the columns of `entries`:
 *
 * - `state`: the status, `unknown` for whatever else is there
 * - `whole_prompt_tokens`, `all_tokens`; the other counts of tokens and the milliseconds, null where they can be none
 * - `cost_pico`, `upstream_pico`: trillionths of a dollar, null where none was told
 * - `tells_cost`, and `lacks_cost`: one ought to have been told, and was not
 * - `poll_id`: the `id` of a poll of a job, null of all others
 */
export const callColumns: Readonly<Record<string, string>> = {
  state: `case when status in ('success', 'error', 'aborted') then status else 'unknown' end`,
  tells_cost: isCost("cost_usd"),
  lacks_cost: `not ${isCost("cost_usd")} and status is distinct from 'error' and not ${isFree}`,
  cost_pico: `case when ${isCost("cost_usd")} then ${pico("cost_usd")} end`,
  upstream_pico: `case when is_byok and ${isCost("upstream_cost_usd")} then ${pico("upstream_cost_usd")} end`,
  poll_id: `case when ${isPoll} and generation_id is not null then id end`,
  whole_prompt_tokens: wholePrompt,
  completion_tokens: tokens("completion_tokens"),
  all_tokens: `coalesce(${tokens("total_tokens")}, (${wholePrompt}) + ${tokens("completion_tokens")})`,
  cached_tokens: read,
  reasoning_tokens: tokens("reasoning_tokens"),
  latency_ms: milliseconds("latency_ms"),
  time_to_first_token_ms: milliseconds("time_to_first_token_ms"),
};

/** What counts once of each job. */
export const costColumns: readonly string[] = ["cost_pico", "upstream_pico"];

/** SQL: the calls among some rows of `entries`, with `callColumns`. @param more columns that are there as well */
export function callsOf(rows: string, more: readonly string[] = []): string {
  const made = Object.entries(callColumns).map(([name, sql]) => `${sql} as ${name}`);
  return `select ${[...[...asTheyAre, ...more].map((name) => `"${name}"`), ...made].join(", ")} from ${rows} as entries where ${isCall}`;
}

/**
 * SQL: calls with `callColumns`, with the cost of each job once.
 *
 * @param first what stands in `in (…)` for `firstPolls` of the same time
 * @param columns of the calls, which are selected
 */
export function jobsOnce(calls: string, first: string, columns: readonly string[]): string {
  const isAsked = (cost: string) => columns.includes(cost);
  const others = columns.filter((name) => !costColumns.includes(name)).map((name) => `"${name}"`);
  const once = costColumns.filter(isAsked).map((cost) => `case when counts_cost then ${cost} end as ${cost}`);
  return `select ${[...others, ...once].join(", ")}
    from (select *, poll_id is null or poll_id in (${first}) as counts_cost from ${calls} as calls) as calls`;
}

/**
 * SQL: of the polls of one job, the `id` of the first that tells its cost.
 *
 * @param tellsCost SQL: whether a row does
 */
export const firstPolls = (rows: string, tellsCost: string = callColumns.tells_cost!) => `select id from (
  select id, row_number() over (partition by generation_id order by ${logOrder}) as poll
  from ${rows} as entries where ${isPoll} and generation_id is not null and ${tellsCost}) as entries where poll = 1`;
