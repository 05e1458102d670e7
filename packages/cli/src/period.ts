import { InvalidArgumentError } from "commander";
import { UnusableError } from "./exit-code.ts";

/** A stretch of time: from `start` on, before `end`. A point in time is a stretch without length. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const spans = "24h, 7d, today, yesterday, 2026, 2026-11, 2026-11-24 or 2026-11-24T09";

/** What --help says of the options; without it "2026-11" might be thought of as its first instant. */
export const toldOf = {
  since: "from this on: from the beginning of a day or month",
  until: "up to this: to the end of a day or month, before a moment",
  untilDay: "up to the end of this day or month",
} as const;

/**
 * Time in the words of whoever asks; all of it UTC.
 *
 * @throws InvalidArgumentError which says what is understood
 */
export function periodOf(text: string, now = new Date()): Period {
  const words = text.trim().toLowerCase();
  const period = agoOf(words, now) ?? wordOf(words, now) ?? calendarOf(words) ?? pointOf(words);
  if (period) return period;
  throw new InvalidArgumentError(`Say ${spans}, or a moment: 2026-11-24T09:30 (UTC).`);
}

/**
 * A stretch of time to tell about: a length is as much before now. A moment is none.
 *
 * @throws InvalidArgumentError which says what is understood
 */
export function stretchOf(text: string, now = new Date()): Period {
  const words = text.trim().toLowerCase();
  const ago = agoOf(words, now);
  const period = ago ? { start: ago.start, end: now } : periodOf(words, now);
  if (period.start < period.end) return period;
  throw new InvalidArgumentError(
    `That is a moment, and no period: say ${spans}; or what is from it on, --since ${text.trim()}.`,
  );
}

/** What `--since` and `--until` name. @throws UnusableError when nothing is between them */
export function checkOrder({
  since,
  until,
}: {
  readonly since?: Period | undefined;
  readonly until?: Period | undefined;
}): void {
  if (since && until && since.start >= until.end)
    throw new UnusableError("Nothing can match: --since is not before --until.");
}

/** A length of time, in milliseconds: `90d`. @throws InvalidArgumentError */
export function lengthOf(text: string): number {
  const parts = /^(\d{1,6})\s*([smhdw])$/.exec(text.trim().toLowerCase());
  if (!parts) throw new InvalidArgumentError("Say a number and s, m, h, d or w: 90d.");
  return Number(parts[1]) * unitMs[parts[2]!]!;
}

function agoOf(words: string, now: Date): Period | null {
  const parts = /^(\d{1,6})\s*([smhdw])$/.exec(words);
  if (!parts) return null;
  return point(new Date(now.getTime() - Number(parts[1]) * unitMs[parts[2]!]!));
}

function wordOf(words: string, now: Date): Period | null {
  if (words === "now") return point(now);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (words === "today") return span([year, month, day], [year, month, day + 1]);
  if (words === "yesterday") return span([year, month, day - 1], [year, month, day]);
  return null;
}

function calendarOf(words: string): Period | null {
  const hour = /^(\d{4}-\d{2}-\d{2})[t ]([01]\d|2[0-3])$/.exec(words);
  if (hour) return hourOf(calendarOf(hour[1]!), Number(hour[2]));
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(words);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1) - 1, Number(parts[3] ?? 1)];
  if (parts[3]) {
    const period = span([year, month, day], [year, month, day + 1]);
    // Date.UTC turns the 31st of November into the 1st of December.
    return period.start.toISOString().startsWith(words) ? period : null;
  }
  if (month < 0 || month > 11) return null;
  return parts[2] ? span([year, month, 1], [year, month + 1, 1]) : span([year, 0, 1], [year + 1, 0, 1]);
}

function hourOf(day: Period | null, hour: number): Period | null {
  if (!day) return null;
  const start = new Date(day.start.getTime() + hour * unitMs.h!);
  return { start, end: new Date(start.getTime() + unitMs.h!) };
}

function pointOf(words: string): Period | null {
  const parts = /^(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}:\d{2})?$/.exec(
    words,
  );
  if (!parts || !calendarOf(parts[1]!)) return null;
  const time = new Date(`${parts[1]}T${parts[2]}${(parts[3] ?? "z").toUpperCase()}`);
  return Number.isNaN(time.getTime()) ? null : point(time);
}

function point(time: Date): Period {
  return { start: time, end: time };
}

function span(from: readonly [number, number, number], to: readonly [number, number, number]): Period {
  return { start: new Date(Date.UTC(...from)), end: new Date(Date.UTC(...to)) };
}
