/** Which entries are wanted, by `timestamp`. */
export interface AskedPeriod {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** A row is recorded when it began, or later: days before need not be read. */
export function daysIn(days: readonly string[], { since }: AskedPeriod): readonly string[] {
  const first = since?.toISOString().slice(0, 10);
  return first === undefined ? days : days.filter((day) => day >= first);
}

/** SQL: what is true of a row of the period; of one without a time only when no period is asked for. */
export function isInPeriod({ since, until }: AskedPeriod): string {
  const conditions = [
    since && `"timestamp" >= timestamp '${instant(since)}'`,
    until && `"timestamp" < timestamp '${instant(until)}'`,
  ];
  return conditions.filter(Boolean).join(" and ") || "true";
}

function instant(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "");
}
