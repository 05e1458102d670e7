import type { ReportPeriod } from "../report/report.ts";
import { moment } from "./amounts.ts";

const months = "January February March April May June July August September October November December".split(
  " ",
);
const dayMs = 86_400_000;

/** A period as a person says it: "November 2026", "17 November 2026", "1 to 14 November 2026". UTC. */
export function periodInWords({ since, until }: ReportPeriod): string {
  if (since === null && until === null) return "Everything recorded";
  if (since === null) return `Before ${instant(until!)}`;
  if (until === null) return `Since ${instant(since)}`;
  if (!isMidnight(since) || !isMidnight(until)) return `${moment(since)} to ${moment(until)} UTC`;
  const [first, next] = [new Date(since), new Date(until)];
  const last = new Date(next.getTime() - dayMs);
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth()];
  if (next.getTime() === Date.UTC(year + 1, month) && first.getTime() === Date.UTC(year, 0)) return `${year}`;
  if (first.getTime() === Date.UTC(year, month) && next.getTime() === Date.UTC(year, month + 1))
    return `${months[month]} ${year}`;
  if (first.getTime() === last.getTime()) return day(first);
  if (last.getUTCFullYear() === year && last.getUTCMonth() === month)
    return `${first.getUTCDate()} to ${day(last)}`;
  return `${day(first)} to ${day(last)}`;
}

/** Its ends, exactly. */
export function periodExactly({ since, until }: ReportPeriod): string {
  const from = since === null ? "from the first entry" : `from ${moment(since)}`;
  if (until !== null) return `${from} to before ${moment(until)} UTC`;
  return since === null ? `${from} to the last` : `${from} UTC to the last entry`;
}

/** A day of a report, `2026-11-17`, as short as an axis needs it: "17 Nov". */
export function shortDay(key: string): string {
  const [, month, date] = key.split("-").map(Number);
  return `${date} ${months[(month ?? 0) - 1]?.slice(0, 3) ?? ""}`;
}

function instant(time: string): string {
  return isMidnight(time) ? day(new Date(time)) : `${moment(time)} UTC`;
}

function day(date: Date): string {
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function isMidnight(time: string): boolean {
  return Date.parse(time) % dayMs === 0;
}
