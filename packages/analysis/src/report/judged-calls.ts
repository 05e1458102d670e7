import { instant } from "../entries/time-text.ts";
import type { CountedEntries, Window } from "./counted.ts";
import { baselineDays } from "./unusual-rules.ts";

const dayMs = 86_400_000;

const judgedColumns = ["timestamp", "user_id", "state"];

/** The calls that the rules of unusual activity look at. */
export interface JudgedCalls {
  /** SQL: the calls of the period and of its baseline: at least `judgedColumns`. */
  readonly calls: string;
  /** SQL: the same with `cost_pico` and `all_tokens`. */
  readonly pricedCalls: string;
  readonly period: Window;
}

/** From when on a report has to read for its period: a night may have begun on the day before it. */
export function baselineSince(since: Date): Date {
  return new Date(Math.floor(since.getTime() / dayMs) * dayMs - (baselineDays + 1) * dayMs);
}

export async function judgedCalls(asked: CountedEntries, period: Window): Promise<JudgedCalls> {
  // Then there is nothing before the period.
  if (period.since === null) return { calls: asked.calls, pricedCalls: asked.pricedCalls, period };
  const window = { since: baselineSince(period.since), until: period.until };
  const calls = await asked.callsIn(window, judgedColumns);
  const pricedCalls = await asked.callsIn(window, [...judgedColumns, "cost_pico", "all_tokens"]);
  return { calls, pricedCalls, period };
}

/** SQL: whether any of the time that begins there is in the period. */
export function inPeriod(beginning: string, hours: number, { since, until }: Window): string {
  return [
    "true",
    ...(since ? [`${beginning} + interval '${hours} hours' > ${instant(since)}`] : []),
    ...(until ? [`${beginning} < ${instant(until)}`] : []),
  ].join(" and ");
}

/** SQL: whether a call is before the period. */
export function isEarlier({ since }: Window): string {
  return since ? `"timestamp" < ${instant(since)}` : "false";
}

/** How many hours, days or nights could be judged, and could not. */
export interface Judged {
  readonly judged: number;
  readonly not_judged: number;
}
