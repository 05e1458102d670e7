import { countAll, countWhere } from "./count-sql.ts";
import { type CountedEntries, isIn } from "./counted.ts";
import type { Judged, JudgedCalls } from "./judged-calls.ts";
import { secondsOf } from "./times.ts";
import {
  baselineDays,
  type CallsAndErrors,
  errorSpike,
  fewestDays,
  type Judgement,
} from "./unusual-rules.ts";

const hour = 3_600;
const day = 24 * hour;

/** An hour with calls. */
export interface HourOfErrors {
  /** Its beginning, in seconds since 1970. */
  readonly at: number;
  /** All, and those that are in the period. */
  readonly all: CallsAndErrors;
  readonly ofPeriod: CallsAndErrors;
}

/** Each hour with calls, the earliest first. */
export async function hoursOf(
  asked: CountedEntries,
  { calls, period }: JudgedCalls,
): Promise<HourOfErrors[]> {
  const at = `date_trunc('hour', "timestamp")`;
  const rows = await asked.ask<Record<"at" | "calls" | "errors" | "of_period" | "errors_of_period", number>>({
    text: `select ${secondsOf(at)} as at, ${countAll} as calls, ${countWhere("state = 'error'")} as errors,
        ${countWhere(isIn(period))} as of_period, ${countWhere(`state = 'error' and ${isIn(period)}`)} as errors_of_period
      from ${calls} as calls group by ${at} order by ${at}`,
  });
  return rows.map((row) => ({
    at: row.at,
    all: { calls: row.calls, errors: row.errors },
    ofPeriod: { calls: row.of_period, errors: row.errors_of_period },
  }));
}

/** Hours in which too much failed, each stretch of them once. */
export function errorSpikes(
  hours: readonly HourOfErrors[],
  minimumCalls: number,
): Judged & { readonly found: number; readonly stretches: readonly (Judgement & { readonly at: number })[] } {
  const counts = { judged: 0, not_judged: 0, found: 0 };
  const stretches: (Judgement & { at: number })[] = [];
  let last = Number.NaN;
  let first = 0;
  for (const [index, { at, ofPeriod }] of hours.entries()) {
    if (ofPeriod.calls < minimumCalls) continue;
    const begins = (dayOf(at) - baselineDays) * day;
    while (hours[first]!.at < begins) first += 1;
    const before = baselineOf(hours, first, index);
    if (before.days < fewestDays) {
      counts.not_judged += 1;
      continue;
    }
    counts.judged += 1;
    const spike = errorSpike(ofPeriod, before, minimumCalls);
    if (spike === null) continue;
    counts.found += 1;
    const stretch = stretches.at(-1);
    if (stretch === undefined || at !== last + hour) stretches.push({ ...spike, at });
    else if (spike.value > stretch.value) stretches[stretches.length - 1] = { ...spike, at: stretch.at };
    last = at;
  }
  return { ...counts, stretches };
}

/** What was called in the hours from the first to one, at the hour of that one, and on how many days before it. One pass: each hour looks at hundreds. */
function baselineOf(hours: readonly HourOfErrors[], first: number, one: number) {
  const { at } = hours[one]!;
  const [all, sameHour] = [
    { calls: 0, errors: 0 },
    { calls: 0, errors: 0 },
  ];
  const today = dayOf(at);
  let days = 0;
  let last = Number.NaN;
  for (let index = first; index < one; index += 1) {
    const { at: earlier, all: ofHour } = hours[index]!;
    add(all, ofHour);
    if ((at - earlier) % day === 0) add(sameHour, ofHour);
    const that = dayOf(earlier);
    if (that !== last && that !== today) days += 1;
    last = that;
  }
  return { all, sameHour, days };
}

function dayOf(at: number): number {
  return Math.floor(at / day);
}

function add(sum: { calls: number; errors: number }, { calls, errors }: CallsAndErrors): void {
  sum.calls += calls;
  sum.errors += errors;
}
