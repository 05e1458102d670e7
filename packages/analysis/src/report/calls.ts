import { logOrder } from "../entries/log-order.ts";

/** SQL: whether a row is a call. What else there is: `EntryCounts`. */
export const isCall = `(event_type not like '%.%'
  and event_type not in ('call_started', 'call_refused', 'management', 'catalogue'))`;

/** Each poll of a job that is over tells what the whole job cost. */
export const isPoll = `event_type in ('video_status', 'batch_status')`;

/** What has no cost of its own to be told, or not yet. */
const isFree = `(event_type in ('file', 'file_upload', 'file_content', 'video', 'video_content', 'batch') or ${isPoll})`;

// What nobody can have measured is as if nothing were said, so that it spoils no sum. NaN is greater than all numbers; what is nearer to 0
// than the second, not every store can tell.
const isPossible = (column: string, limit: string) =>
  `(${column} = 0 or ${column} >= 1e-300 and ${column} < ${limit})`;
const tokens = (column: string) =>
  `case when ${column} >= 0 and ${column} < 1000000000000 then ${column} end`;
const milliseconds = (column: string) => `case when ${isPossible(column, "1e12")} then ${column} end`;
const isCost = (column: string) => `coalesce(${isPossible(column, "1e6")}, false)`;

/** Whole trillionths of a dollar: what a sum of doubles is depends on their order. */
const pico = (column: string) => `cast(floor(${column} * 1e12 + 0.5) as bigint)`;

const asTheyAre = `"timestamp", event_type, status, user_id, attribution_how, tenant_id, feature, stream, model, model_served,
  provider, refused, zdr, data_collection, response_complete, error_code, error_type`;
const made = `state, tells_cost, lacks_cost, whole_prompt_tokens, completion_tokens, all_tokens, cached_tokens, reasoning_tokens,
  latency_ms, time_to_first_token_ms`;

/**
 * SQL: the calls among some rows, with what all questions about calls have in common (docs/reports.md, "Numbers of a call"). Beside what they say:
 *
 * - `state`: the status, `unknown` for whatever else is there
 * - `whole_prompt_tokens`, `all_tokens`; the other counts of tokens and the milliseconds, null where they can be none
 * - `cost_pico`, `upstream_pico`: trillionths of a dollar, null where none was told
 * - `tells_cost`, and `lacks_cost`: one ought to have been told, and was not
 * - `poll_id`: the `id` of a poll of a job, null of all others
 */
export function callsOf(rows: string): string {
  return `select ${asTheyAre}, state, tells_cost, poll_id,
    not tells_cost and state <> 'error' and not ${isFree} as lacks_cost,
    case when tells_cost then ${pico("cost_usd")} end as cost_pico,
    case when is_byok and ${isCost("upstream_cost_usd")} then ${pico("upstream_cost_usd")} end as upstream_pico,
    whole_prompt_tokens, completion_tokens, coalesce(total_tokens, whole_prompt_tokens + completion_tokens) as all_tokens,
    cached_tokens, reasoning_tokens, latency_ms, time_to_first_token_ms
  from (select *, case when event_type <> 'message' or coalesce(prompt_tokens, cached_tokens, cache_write_tokens) is null
      then prompt_tokens
      else coalesce(prompt_tokens, 0) + coalesce(cached_tokens, 0) + coalesce(cache_write_tokens, 0) end as whole_prompt_tokens
    from (select ${asTheyAre}, is_byok, cost_usd, upstream_cost_usd,
        case when status in ('success', 'error', 'aborted') then status else 'unknown' end as state,
        ${tokens("prompt_tokens")} as prompt_tokens, ${tokens("completion_tokens")} as completion_tokens,
        ${tokens("total_tokens")} as total_tokens, ${tokens("cached_tokens")} as cached_tokens,
        ${tokens("cache_write_tokens")} as cache_write_tokens, ${tokens("reasoning_tokens")} as reasoning_tokens,
        ${isCost("cost_usd")} as tells_cost, case when ${isPoll} and generation_id is not null then id end as poll_id,
        ${milliseconds("latency_ms")} as latency_ms, ${milliseconds("time_to_first_token_ms")} as time_to_first_token_ms
      from ${rows} as entries where ${isCall}) as entries) as entries`;
}

/**
 * SQL: the calls of `callsOf`, with the cost of each job once.
 *
 * @param first the relation of `firstPolls` of the same time
 */
export function jobsOnce(calls: string, first: string): string {
  const once = (cost: string) =>
    `case when poll_id is null or exists (select 1 from ${first} as first where first.id = calls.poll_id) then ${cost} end as ${cost}`;
  return `select ${asTheyAre}, ${made}, ${once("cost_pico")}, ${once("upstream_pico")} from ${calls} as calls`;
}

/** SQL: of the polls of one job, the `id` of the first that tells its cost. */
export const firstPolls = (
  rows: string,
) => `select id from (select id, row_number() over (partition by generation_id
    order by ${logOrder}) as poll
  from ${rows} as entries where ${isPoll} and generation_id is not null and ${isCost("cost_usd")}) as entries where poll = 1`;
