import { AuditError } from "@openrouter-audit/core";
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);

/**
 * For how long a file is kept, counted from its newest entry: a number of days, weeks, months or years by the calendar, in UTC
 * (`90d`, `6mo`, `7y`), or what gives the moment itself.
 */
export type RetainRule = string | ((newest: Date) => Date);

const units = { d: "day", w: "week", mo: "month", y: "year" } as const;
const length = /^([1-9]\d{0,4})(d|w|mo|y)$/;
/** What Object Lock takes. */
const mostYears = 100;

export function isRetainRule(value: unknown): value is RetainRule {
  return typeof value === "function" || (typeof value === "string" && length.test(value));
}

/**
 * Until when a file with this newest entry must be kept. A month that is too short for the day ends it: six months after the
 * 31st of August is the last of February. In whole seconds, rounded up, which is all that a storage keeps.
 *
 * @throws AuditError `INVALID_OPTIONS` when that is no time, or more than 100 years behind the entry
 */
export function retainUntil(rule: RetainRule, newest: Date): Date {
  const until = typeof rule === "string" ? lengthAfter(rule, newest) : rule(newest);
  const latest = dayjs.utc(newest).add(mostYears, "year").valueOf();
  const ms = until instanceof Date ? Math.ceil(until.getTime() / 1000) * 1000 : Number.NaN;
  if (ms <= latest) return new Date(ms);
  throw new AuditError(
    "INVALID_OPTIONS",
    `Option "retain" gives no time within ${mostYears} years of ${newest.toISOString()}, the newest entry of a file: Object Lock takes no other.`,
  );
}

function lengthAfter(rule: string, newest: Date): Date {
  const [, count, unit] = length.exec(rule)!;
  return dayjs
    .utc(newest)
    .add(Number(count), units[unit as keyof typeof units])
    .toDate();
}
