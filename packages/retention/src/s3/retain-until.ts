import { AuditError } from "@openrouter-audit/core";
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";
import { periodOf } from "../period.ts";

dayjs.extend(utc);

/**
 * For how long a file is kept, counted from its newest entry: a number of days, months or years by the calendar, in UTC (`90d`, `6mo`,
 * `7y`), or what gives the moment itself.
 */
export type RetainRule = string | ((newest: Date) => Date);

/** What Object Lock takes. */
const mostYears = 100;

/** Whether that is a rule, as far as can be told before there is an entry. @throws AuditError `INVALID_OPTIONS` for a period that is none */
export function isRetainRule(value: unknown): value is RetainRule {
  if (typeof value === "string") periodOf(value, 'Option "retain" of uploadArchives');
  return typeof value === "function" || typeof value === "string";
}

/**
 * Until when a file with this newest entry must be kept. A month that is too short for the day ends it: six months after the
 * 31st of August is the last of February. In whole seconds, rounded up, which is all that a storage keeps.
 *
 * @throws AuditError `INVALID_OPTIONS` when that is no time, or more than 100 years behind the entry
 */
export function retainUntil(rule: RetainRule, newest: Date): Date {
  const until = typeof rule === "string" ? behind(newest, rule) : rule(newest);
  const ms = until instanceof Date ? Math.ceil(until.getTime() / 1000) * 1000 : Number.NaN;
  if (ms <= dayjs.utc(newest).add(mostYears, "year").add(1, "second").valueOf()) return new Date(ms);
  throw new AuditError(
    "INVALID_OPTIONS",
    `Option "retain" of uploadArchives gives no time within ${mostYears} years of ${newest.toISOString()}, the newest entry of a file: Object Lock takes no other.`,
  );
}

function behind(newest: Date, rule: string): Date {
  const { count, unit } = periodOf(rule, "retain");
  return dayjs.utc(newest).add(count, unit).toDate();
}
