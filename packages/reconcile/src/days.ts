import { AuditError } from "@openrouter-audit/core";

export const dayMs = 86_400_000;

/** The UTC day of a time, as YYYY-MM-DD. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Whole UTC days, in milliseconds since 1970: what `/activity` counts by. */
export interface DaySpan {
  readonly since: number;
  /** Before this. */
  readonly until: number;
  readonly days: readonly string[];
  /** Those that `/activity` has no more: it has the last 30 that are over. */
  readonly tooOld: readonly string[];
}

/** docs/reconcile.md, "The period". @throws AuditError `INVALID_OPTIONS` when no completed day is in it */
export function daySpan({ since, until }: { since: Date; until?: Date | undefined }, now: number): DaySpan {
  const floor = (time: number) => Math.floor(time / dayMs) * dayMs;
  const today = floor(now);
  const from = floor(since.getTime());
  const to = Math.min(today, until ? Math.ceil(until.getTime() / dayMs) * dayMs : today);
  if (to <= from)
    throw new AuditError(
      "INVALID_OPTIONS",
      `There is nothing to compare: no completed UTC day lies between ${since.toISOString()} and ${(until ?? new Date(now)).toISOString()}. OpenRouter sums up days when they are over.`,
    );
  const days = Array.from({ length: (to - from) / dayMs }, (_none, index) => dayOf(from + index * dayMs));
  const oldest = dayOf(today - 30 * dayMs);
  return { since: from, until: to, days, tooOld: days.filter((day) => day < oldest) };
}
