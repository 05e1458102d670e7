import { AuditError } from "@openrouter-audit/core";
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);

/** A period of calendar days, months or years in UTC. */
export interface Period {
  readonly count: number;
  readonly unit: "day" | "month" | "year";
  /** As it is written: `30d`, `6mo`, `7y`. */
  readonly text: string;
}

const form = /^([1-9]\d{0,4})(d|mo|y)$/;
const units = { d: "day", mo: "month", y: "year" } as const;
/** A hundred years. */
const most = { day: 36_525, month: 1200, year: 100 } as const;

/**
 * Reads a period: `30d`, `6mo`, `7y`; at least a day, at most a hundred years.
 *
 * @param name what it is, as the message says
 * @throws AuditError `INVALID_OPTIONS`
 */
export function periodOf(text: string, name: string): Period {
  const [, digits, letters] = form.exec(text) ?? [];
  const unit = units[letters as keyof typeof units];
  const count = Number(digits);
  if (unit && count <= most[unit]) return { count, unit, text };
  throw new AuditError(
    "INVALID_OPTIONS",
    `${name} is not right: ${JSON.stringify(text)}. Give days, months or years, such as 30d, 6mo or 7y: at least 1d, at most 100y.`,
  );
}

/** Whether there is such a day (`YYYY-MM-DD`): a name of a file may say `2026-13-45`. */
export function isDay(day: string): boolean {
  return dayjs.utc(day).format("YYYY-MM-DD") === day;
}

/**
 * When all of some periods after a day (`YYYY-MM-DD`, UTC) are over: at the end of the day that is the last of the longest of them.
 * Where a month has no such day, its last day counts: six months from 31 August end with 28 February (Regulation (EEC,
 * Euratom) No 1182/71, article 3(2)(c)).
 */
export function endOf(day: string, periods: readonly Period[]): Date {
  const ends = periods.map(({ count, unit }) => dayjs.utc(day).add(count, unit).add(1, "day").valueOf());
  return new Date(Math.max(...ends));
}

/** Whether, from some day on, the first is over before the second. */
export function isShorter(first: readonly Period[], second: readonly Period[]): boolean {
  const [ends, others] = [endsOf(first), endsOf(second)];
  return ends.some((end, index) => end < others[index]!);
}

// Four years: from each day, a period of the calendar may have another length.
const cycle = Array.from({ length: 1461 }, (_none, index) =>
  dayjs.utc("2025-01-01").add(index, "day").format("YYYY-MM-DD"),
);
const known = new Map<string, readonly number[]>();

function endsOf(periods: readonly Period[]): readonly number[] {
  const name = periods.map(({ text }) => text).join(" ");
  const ends = known.get(name) ?? cycle.map((day) => endOf(day, periods).getTime());
  known.set(name, ends);
  return ends;
}

/** `6y`, or `90d or 3mo, whichever is longer`; without those that another one always outlasts. */
export function inWords(periods: readonly Period[]): string {
  const texts = longest(periods).map(({ text }) => text);
  return texts.length > 1 ? `${texts.join(" or ")}, whichever is longer` : (texts[0] ?? "");
}

/** Without those that another one always outlasts. */
export function longest(periods: readonly Period[]): Period[] {
  return periods.filter(
    (period, index) =>
      !periods.some(
        (other, at) =>
          at !== index && !isShorter([other], [period]) && (at < index || isShorter([period], [other])),
      ),
  );
}
