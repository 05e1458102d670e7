/** Of a set of calls. Null: nobody measured it. */
export interface Measures {
  readonly calls: number;
  readonly success: number;
  readonly error: number;
  readonly aborted: number;
  /** `unknown`, or a status that this version does not know. */
  readonly unknown: number;
  /** `success` / `calls`; null without calls. */
  readonly success_rate: number | null;
  /** The whole prompt: of a `message` with what was read from and written to the cache. */
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  /** As told; where it was not, the sum of the two, if both were told. */
  readonly total_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  /** US dollars, summed in whole trillionths; each generation of a polled job once. */
  readonly cost_usd: number;
  /** Calls whose cost nobody told (or one that no cost can be). Without those that repeat the cost of a job. */
  readonly calls_without_cost: number;
  /** What was paid to providers with own keys (`is_byok`), where it was told. */
  readonly byok_upstream_cost_usd: number;
  /** Of calls that measured it. */
  readonly latency_ms: Distribution | null;
  readonly time_to_first_token_ms: Distribution | null;
}

/** Nearest-rank percentiles: each is a value that was measured. */
export interface Distribution {
  readonly count: number;
  /** Of values rounded to whole microseconds. */
  readonly average: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Calls by something. */
export interface Breakdown {
  /** How many different keys there are. */
  readonly groups: number;
  /** The 1,000 with the most calls (of days and hours all), the most first, then by key in the order of its UTF-8. */
  readonly rows: readonly (Measures & { readonly key: string | null })[];
  /** What is not in `rows`; null when all is. */
  readonly others: { readonly groups: number; readonly calls: number; readonly cost_usd: number } | null;
}

/** Each hour, in brief. */
export type HourBreakdown = readonly HourOfCalls[];

export interface HourOfCalls {
  /** RFC 3339, the beginning of the hour. */
  readonly at: string;
  readonly calls: number;
  readonly success: number;
  readonly error: number;
  readonly total_tokens: number;
  readonly cost_usd: number;
}
