import { dollars, hours, share, tokens, whole } from "./unusual-words.ts";

/** Of a value, what is usual and from where on it is not, in one unit. docs/reports.md, "Unusual activity", has all numbers. */
export interface Judgement {
  readonly value: number;
  readonly usual: number;
  readonly threshold: number;
  readonly explanation: string;
}

/** With calls on fewer days before, nothing is judged. */
export const fewestDays = 5;
/** How many UTC days a baseline has. */
export const baselineDays = 14;

/** What a day cost (trillionths of a dollar) or took (tokens), the part of it that an earlier report had, and the days before. */
export interface MeasuredDay {
  readonly value: bigint;
  readonly earlier: bigint;
  readonly before: readonly bigint[];
}

export const spikeFactors = { all: { median: 3, second: 2 }, user: { median: 5, second: 4 } } as const;
const picoPerDollar = 1e12;

/** Whether a day is a spike, and was none before the period. @param minimum dollars, or tokens */
export function spike(
  rule: "cost_spike" | "token_spike",
  scope: "all" | "user",
  { value, earlier, before }: MeasuredDay,
  minimum: number,
): Judgement | null {
  const unit = rule === "cost_spike" ? picoPerDollar : 1;
  const sorted = [...before].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = Number(sorted[Math.ceil(sorted.length / 2) - 1]!);
  const second = Number(sorted.at(-2)!);
  const factors = spikeFactors[scope];
  const threshold = Math.max(minimum * unit, factors.median * median, factors.second * second);
  if (Number(value) <= threshold || Number(earlier) > threshold) return null;
  const amount = (number: number) => (rule === "cost_spike" ? dollars(number / unit) : tokens(number));
  return {
    value: Number(value) / unit,
    usual: median / unit,
    threshold: threshold / unit,
    explanation:
      `${amount(Number(value))} in one day: more than ${amount(threshold)}, the greatest of ${amount(minimum * unit)}, ` +
      `${factors.median} times the median day (${amount(median)}) and ${factors.second} times the second greatest day ` +
      `(${amount(second)}) of the ${before.length} days with calls among the ${baselineDays} before.`,
  };
}

export function spikeFinds(
  rule: "cost_spike" | "token_spike",
  scope: "all" | "user",
  minimum: number,
): string {
  const least =
    rule === "cost_spike" ? `that cost more than ${dollars(minimum)}` : `with more than ${tokens(minimum)}`;
  const { median, second } = spikeFactors[scope];
  return (
    `A day ${scope === "user" ? "of a user " : ""}${least}, more than ${median} times the median day and more than ${second} times the second ` +
    `greatest day of the ${baselineDays} before.`
  );
}

/** Calls of an hour, or of several. */
export interface CallsAndErrors {
  readonly calls: number;
  readonly errors: number;
}

export const fewestErrors = 10;

/**
 * Whether so many calls of an hour failed that it is unusual.
 *
 * @param before all hours of the baseline together, and those at the same hour of the day
 */
export function errorSpike(
  { calls, errors }: CallsAndErrors,
  before: { readonly all: CallsAndErrors; readonly sameHour: CallsAndErrors },
  minimumCalls: number,
): Judgement | null {
  if (calls < minimumCalls || errors < fewestErrors) return null;
  const { all, sameHour } = before;
  const counts = sameHour.calls >= minimumCalls ? [all, sameHour] : [all];
  const usual = Math.max(...counts.map((each) => each.errors / each.calls));
  const chance = 5 * Math.sqrt((usual * (1 - usual)) / calls);
  const threshold = Math.max(usual + 0.05, 2 * usual, usual + chance);
  const value = errors / calls;
  if (value <= threshold) return null;
  const from = usual > all.errors / all.calls ? "at this hour of the days before" : "in the days before";
  return {
    value,
    usual,
    threshold,
    explanation:
      `${whole(errors)} of ${whole(calls)} calls in one hour failed (${share(value)}): more than ${share(threshold)}, the greatest of ` +
      `the usual share (${share(usual)} ${from}) and 5 points, 2 times it, and it and 5 standard deviations (${share(chance)}).`,
  };
}

export function errorSpikeFinds(minimumCalls: number): string {
  return (
    `An hour with at least ${whole(minimumCalls)} calls of which at least ${fewestErrors} failed, a share of more than twice the usual, more than 5 points ` +
    `above it and more than 5 standard deviations above it. Usual is the share of the ${baselineDays} days before, or of the same hour of those days where that is greater.`
  );
}

/** The calls of a user's night, those that an earlier report had, and the most of one of the nights before. */
export interface Night {
  readonly calls: number;
  readonly earlier: number;
  readonly greatest: number;
}

export const offHoursFactor = 10;

/** Whether a user who works by day had a night of calls, and had it in the period. */
export function offHours(
  { calls, earlier, greatest }: Night,
  minimumCalls: number,
  night: readonly [from: number, to: number],
): Judgement | null {
  const threshold = Math.max(minimumCalls, offHoursFactor * greatest);
  if (calls <= threshold || earlier > threshold) return null;
  return {
    value: calls,
    usual: greatest,
    threshold,
    explanation:
      `${whole(calls)} calls of one user between ${hours(night)}: more than ${whole(threshold)}, the greater of ${whole(minimumCalls)} ` +
      `and ${offHoursFactor} times the most that the user had in one of the ${baselineDays} nights before (${whole(greatest)}).`,
  };
}

export function offHoursFinds(minimumCalls: number, night: readonly [from: number, to: number]): string {
  return (
    `A user with more than ${whole(minimumCalls)} calls in a night, between ${hours(night)}, and more than ${offHoursFactor} times the most ` +
    `in one of the ${baselineDays} nights before.`
  );
}
