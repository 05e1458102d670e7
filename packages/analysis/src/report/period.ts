import { AuditError } from "@openrouter-audit/core";
import type { ReportPeriod } from "./report.ts";
import type { Window } from "./window.ts";

/** What is asked about, as it was given. */
export interface AskedPeriod {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** @throws AuditError `INVALID_OPTIONS` */
export function periodOf(asked: AskedPeriod = {}): Window {
  const { since, until, ...unknown } = asked;
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new AuditError(
      "INVALID_OPTIONS",
      `There is no "${name}" of the option "period": it has since and until.`,
    );
  for (const [name, time] of Object.entries({ since, until })) {
    const isTime = time === undefined || (time instanceof Date && isBetween(0, time.getTime()));
    if (!isTime)
      throw new AuditError(
        "INVALID_OPTIONS",
        `Option "period.${name}" is not right: must be a Date of the years 1970 to 9999.`,
      );
  }
  if (since && until && since >= until)
    throw new AuditError(
      "INVALID_OPTIONS",
      `Option "period" is not right: "since" (${since.toISOString()}) must be before "until" (${until.toISOString()}).`,
    );
  return { since: since ?? null, until: until ?? null };
}

/**
 * The stretch of the same length before a period; of whole calendar months (in UTC), as many months. Null where the period is open, or
 * would begin before the year 1.
 */
export function periodBefore({ since, until }: Window): Window | null {
  if (!since || !until) return null;
  const months = isMonth(since) && isMonth(until) ? monthOf(until) - monthOf(since) : null;
  const from = months === null ? 2 * since.getTime() - until.getTime() : beginningOf(monthOf(since) - months);
  return isBetween(beginningOf(12), from) ? { since: new Date(from), until: since } : null;
}

export function inReport({ since, until }: Window): ReportPeriod {
  return { since: since?.toISOString() ?? null, until: until?.toISOString() ?? null };
}

function isBetween(first: number, time: number): boolean {
  return time >= first && time <= latest;
}

function isMonth(time: Date): boolean {
  return time.getTime() === beginningOf(monthOf(time));
}

/** How many months since the year 0. */
function monthOf(time: Date): number {
  return time.getUTCFullYear() * 12 + time.getUTCMonth();
}

function beginningOf(month: number): number {
  // Of a year before 100, `Date.UTC` makes one of the twentieth century.
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1);
}
