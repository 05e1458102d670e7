import { countAll, countWhere, wholeSum } from "./count-sql.ts";
import type { Distribution, Measures } from "./measures.ts";

/** What `measuresSql` answers. */
export type MeasuredRow = Readonly<Record<string, string | number | boolean | null>>;

const states = ["success", "error", "aborted", "unknown"] as const;
/** Members, and what is summed for them. */
const sums = {
  prompt_tokens: "whole_prompt_tokens",
  completion_tokens: "completion_tokens",
  total_tokens: "all_tokens",
  cached_tokens: "cached_tokens",
  reasoning_tokens: "reasoning_tokens",
  cost_pico: "cost_pico",
  upstream_pico: "upstream_pico",
};
const times = ["latency_ms", "time_to_first_token_ms"] as const;

const numberOf = (value: string) => `cast(${value} as double precision)`;

const microseconds = (time: string) => `cast(floor(${time} * 1000 + 0.5) as bigint)`;
const ofMicroseconds = (whole: string) => `${numberOf(whole)} / 1000`;

/** SQL: whether a call was measured more finely than in whole microseconds, in which the product measures. */
export const isFiner = times.map((time) => `${time} <> ${ofMicroseconds(microseconds(time))}`).join(" or ");

/**
 * SQL: the measures of some calls, with names that `measuresOf` knows. This is what all groups of calls are measured by.
 *
 * @param isWhole whether none of the calls {@link isFiner}: to put whole numbers in order takes half the time, and each is still a value that was measured
 */
export const measuresSql = (isWhole: boolean) =>
  [
    `${countAll} as calls`,
    ...states.map((state) => `${countWhere(`state = '${state}'`)} as ${state}`),
    ...Object.entries(sums).map(([name, column]) => `${wholeSum(column)} as ${name}`),
    `${countWhere("lacks_cost")} as calls_without_cost`,
    ...times.flatMap((time) => [
      `${numberOf(`count(${time})`)} as ${time}_count`,
      `${wholeSum(microseconds(time))} as ${time}_sum`,
      `${numberOf(`max(${time})`)} as ${time}_max`,
      // One aggregate that is used three times: each holds all values.
      ...["p50", "p95", "p99"].map((name, index) => {
        const percentiles = (value: string) =>
          `(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by ${value}))[${index + 1}]`;
        const found = isWhole ? ofMicroseconds(percentiles(microseconds(time))) : numberOf(percentiles(time));
        return `${found} as ${time}_${name}`;
      }),
    ]),
  ].join(",\n");

export function measuresOf(row: MeasuredRow): Measures {
  const number = (name: string) => Number(row[name]);
  return {
    calls: number("calls"),
    success: number("success"),
    error: number("error"),
    aborted: number("aborted"),
    unknown: number("unknown"),
    success_rate: row.calls === 0 ? null : number("success") / number("calls"),
    prompt_tokens: number("prompt_tokens"),
    completion_tokens: number("completion_tokens"),
    total_tokens: number("total_tokens"),
    cached_tokens: number("cached_tokens"),
    reasoning_tokens: number("reasoning_tokens"),
    cost_usd: dollars(picoOf(row)),
    calls_without_cost: number("calls_without_cost"),
    byok_upstream_cost_usd: dollars(BigInt(row.upstream_pico as string)),
    latency_ms: distributionOf(row, "latency_ms"),
    time_to_first_token_ms: distributionOf(row, "time_to_first_token_ms"),
  };
}

/** The cost of a row, in trillionths of a dollar. */
export function picoOf(row: MeasuredRow): bigint {
  return BigInt(row.cost_pico as string);
}

export function dollars(pico: bigint): number {
  return Number(pico) / 1e12;
}

function distributionOf(row: MeasuredRow, time: (typeof times)[number]): Distribution | null {
  const of = (name: string) => Number(row[`${time}_${name}`]);
  const count = of("count");
  if (count === 0) return null;
  return {
    count,
    average: of("sum") / count / 1000,
    p50: of("p50"),
    p95: of("p95"),
    p99: of("p99"),
    max: of("max"),
  };
}
