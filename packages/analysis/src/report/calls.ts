/** What is no call beside what has a dot in its type: see `EntryCounts`. */
export const isCall = `(event_type not like '%.%'
  and event_type not in ('call_started', 'call_refused', 'management', 'catalogue'))`;

/** Each poll of a job that is over tells what the whole job cost. */
export const isPoll = `event_type in ('video_status', 'batch_status')`;

/** What has no cost of its own to be told, or not yet. */
const isFree = `(event_type in ('file', 'file_upload', 'file_content', 'video', 'video_content', 'batch') or ${isPoll})`;

// A number that nobody can have measured is as if nothing were said, so that it spoils no sum. NaN is greater than all others.
const possible = (column: string, most: string) =>
  `case when ${column} >= 0 and ${column} < ${most} then ${column} end`;
const tokens = (column: string) => possible(column, "1000000000000");
const milliseconds = (column: string) => possible(column, "1e12");
const isCost = (column: string) => `coalesce(${column} >= 0 and ${column} < 1e6, false)`;

/** Doubles are added in whole trillionths: a sum of doubles depends on their order. */
const pico = (column: string) => `cast(floor(${column} * 1e12 + 0.5) as bigint)`;

/**
 * The calls among some rows. Beside their columns, of which the counts of tokens and the milliseconds are null where they can be none:
 *
 * - `state`: the status, `unknown` for whatever else is there
 * - `whole_prompt_tokens`, `all_tokens`
 * - `cost_pico`, `upstream_pico`: trillionths of a dollar, null where none counts: of the polls of one job only the first that tells any
 * - `tells_cost`, and `lacks_cost`: a cost ought to have been told
 *
 * @param polls whether there are polls of jobs among the rows
 */
export function callsOf(rows: string, polls: boolean): string {
  const repeatsCost = polls
    ? `coalesce(${isPoll} and generation_id is not null and id not in (${firstPolls(rows)}), false)`
    : "false";
  return `select id, log, seq, "timestamp", recorded_at, event_type, status, state, user_id, attribution_how, tenant_id, feature, stream,
    model, model_served, provider, generation_id, exchange_id, refused, zdr, data_collection, response_complete, error_code, error_type,
    whole_prompt_tokens, completion_tokens, coalesce(total_tokens, whole_prompt_tokens + completion_tokens) as all_tokens,
    cached_tokens, reasoning_tokens, tells_cost,
    not tells_cost and state <> 'error' and not ${isFree} as lacks_cost,
    case when tells_cost and not repeats_cost then ${pico("cost_usd")} end as cost_pico,
    case when is_byok and ${isCost("upstream_cost_usd")} and not repeats_cost then ${pico("upstream_cost_usd")} end as upstream_pico,
    latency_ms, time_to_first_token_ms
  from (select *, case when event_type <> 'message' or coalesce(prompt_tokens, cached_tokens, cache_write_tokens) is null
      then prompt_tokens
      else coalesce(prompt_tokens, 0) + coalesce(cached_tokens, 0) + coalesce(cache_write_tokens, 0) end as whole_prompt_tokens
    from (select id, log, seq, "timestamp", recorded_at, event_type, status, user_id, attribution_how, tenant_id, feature, stream,
        model, model_served, provider, generation_id, exchange_id, refused, zdr, data_collection, response_complete, error_code, error_type,
        case when status in ('success', 'error', 'aborted') then status else 'unknown' end as state,
        ${tokens("prompt_tokens")} as prompt_tokens, ${tokens("completion_tokens")} as completion_tokens,
        ${tokens("total_tokens")} as total_tokens, ${tokens("cached_tokens")} as cached_tokens,
        ${tokens("cache_write_tokens")} as cache_write_tokens, ${tokens("reasoning_tokens")} as reasoning_tokens,
        ${isCost("cost_usd")} as tells_cost, ${repeatsCost} as repeats_cost, cost_usd, upstream_cost_usd, is_byok,
        ${milliseconds("latency_ms")} as latency_ms, ${milliseconds("time_to_first_token_ms")} as time_to_first_token_ms
      from ${rows} as entries where ${isCall}) as entries) as entries`;
}

const firstPolls = (rows: string) => `select id from (select id, row_number() over (partition by generation_id
    order by recorded_at nulls last, log collate "C", seq) as poll
  from ${rows} as entries where ${isPoll} and generation_id is not null and ${isCost("cost_usd")}) as entries where poll = 1`;
