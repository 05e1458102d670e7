import type { Breakdown, Distribution, Measures } from "../../../src/report/measures.ts";

/** The same numbers each time: https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function spread(count: number, usual: number): Distribution | null {
  if (count === 0) return null;
  const [average, p50, p95, p99, max] = [1.2, 1, 2.7, 4.4, 9.3].map((times) => usual * times + 0.125);
  return { count, average: average!, p50: p50!, p95: p95!, p99: p99!, max: max! };
}

/** What so many calls may come to. */
export function measured(calls: number, next: () => number, errors = 0.02 + next() * 0.02): Measures {
  const error = Math.round(calls * errors);
  const aborted = Math.round((calls - error) * 0.012);
  const unknown = Math.round((calls - error - aborted) * 0.002);
  const success = calls - error - aborted - unknown;
  const [prompt, completion] = [Math.round(calls * (900 + next() * 700)), Math.round(calls * 310)];
  return {
    calls,
    success,
    error,
    aborted,
    unknown,
    success_rate: calls === 0 ? null : success / calls,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cached_tokens: Math.round(prompt * 0.21),
    reasoning_tokens: Math.round(completion * 0.3),
    cost_usd: Math.round(calls * (3000 + next() * 2500)) / 1e6,
    calls_without_cost: Math.round(aborted / 3),
    byok_upstream_cost_usd: Math.round(calls * 80) / 1e6,
    latency_ms: spread(calls, 900 + next() * 700),
    time_to_first_token_ms: spread(Math.round(calls * 0.7), 260 + next() * 120),
  };
}

export type Weights = readonly (readonly [key: string | null, weight: number])[];

export function shared(calls: number, weights: Weights, seed: number): Breakdown {
  const next = numbersFrom(seed);
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let left = calls;
  const rows = weights.map(([key, weight], index) => {
    const own = index === weights.length - 1 ? left : Math.round((calls * weight) / sum);
    left -= own;
    return { key, ...measured(own, next) };
  });
  return { groups: rows.length, rows: rows.sort((a, b) => b.calls - a.calls), others: null };
}
