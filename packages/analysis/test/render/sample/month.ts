import type { Measures } from "../../../src/report/measures.ts";
import { measured, numbersFrom } from "./measures.ts";

type Day = Measures & { readonly key: string };

/** Thirty days with their weekends, one of them with many errors, and what all come to. */
export function monthOfCalls(): { readonly days: readonly Day[]; readonly totals: Measures } {
  const next = numbersFrom(2026);
  const days = Array.from({ length: 30 }, (_none, index) => {
    const weekend = index % 7 === 0 || index % 7 === 6;
    const calls = Math.round((weekend ? 420 : 1900) * (0.85 + next() * 0.3));
    return {
      key: `2026-11-${String(index + 1).padStart(2, "0")}`,
      ...measured(calls, next, index === 16 ? 0.31 : undefined),
    };
  });
  return { days, totals: sumOf(days, next) };
}

function sumOf(days: readonly Day[], next: () => number): Measures {
  const add = (measure: (day: Measures) => number) => days.reduce((sum, day) => sum + measure(day), 0);
  const calls = add((day) => day.calls);
  return {
    ...measured(calls, next),
    success: add((day) => day.success),
    error: add((day) => day.error),
    aborted: add((day) => day.aborted),
    unknown: add((day) => day.unknown),
    success_rate: add((day) => day.success) / calls,
    prompt_tokens: add((day) => day.prompt_tokens),
    completion_tokens: add((day) => day.completion_tokens),
    total_tokens: add((day) => day.total_tokens),
    cost_usd: Math.round(add((day) => day.cost_usd) * 1e6) / 1e6,
    calls_without_cost: add((day) => day.calls_without_cost),
  };
}
