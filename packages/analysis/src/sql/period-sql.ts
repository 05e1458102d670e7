import { instant } from "../entries/time-text.ts";

/** Which entries are wanted, by `timestamp`. */
export interface AskedPeriod {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** SQL: what is true of a row of the period; of one without a time only when no period is asked for. */
export function isInPeriod({ since, until }: AskedPeriod): string {
  const conditions = [
    since && `"timestamp" >= ${instant(since)}`,
    until && `"timestamp" < ${instant(until)}`,
  ];
  return conditions.filter(Boolean).join(" and ") || "true";
}
