import type { Reconciliation } from "./reconciliation.ts";

/** What stands in the log of a reconciliation: docs/reconcile.md, "The record of it". */
export function outcomeOf(done: Reconciliation) {
  const { result, findings, unsettled, days_not_compared, log, activity, corrections } = done;
  return {
    result,
    findings: numbersOf(findings.map(({ kind, calls }) => [kind, calls])),
    unsettled: numbersOf(unsettled.map(({ reason, calls }) => [reason, calls])),
    days_not_compared: days_not_compared.length,
    log_calls: log.calls,
    log_cost_usd: log.cost_usd,
    openrouter_requests: activity?.requests ?? null,
    openrouter_cost_usd: activity?.cost_usd ?? null,
    corrections_due: corrections.due,
    corrections_written: corrections.written,
  };
}

/** How many there are of each kind, and of how many calls. */
function numbersOf(each: readonly (readonly [kind: string, calls: number])[]) {
  const numbers: Record<string, { number: number; calls: number }> = {};
  for (const [kind, calls] of each) {
    numbers[kind] ??= { number: 0, calls: 0 };
    numbers[kind].number += 1;
    numbers[kind].calls += calls;
  }
  return numbers;
}
