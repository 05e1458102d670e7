/** The UTC days that a stretch of time touches, the last one included: docs/export.md, "Period". */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** @param until what ends at midnight ends with the day before */
export function daysOf(since: Date, until: Date): Days {
  return { first: dayOf(since), last: dayOf(new Date(until.getTime() - 1)) };
}

export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** From the first moment of the first day to that after the last day. */
export function rangeOf({ first, last }: Days): { readonly since: Date; readonly until: Date } {
  const midnight = (day: string) => new Date(`${day}T00:00:00.000Z`);
  return { since: midnight(first), until: new Date(midnight(last).getTime() + 86_400_000) };
}
