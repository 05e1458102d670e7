import type { StreamFacts } from "../../../src/report/report.ts";

/** Of so many calls in all. */
export function streams(calls: number): StreamFacts {
  return { calls: Math.round(calls * 0.7), aborted: 388, cut: 44, without_cost: 131 };
}

export const noStreams: StreamFacts = { calls: 0, aborted: 0, cut: 0, without_cost: 0 };
