/** The UTC day of a time, as days are named: YYYY-MM-DD. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/**
 * The days on which an entry of that time, or later, can have been recorded: what is recorded was before that. All, without one.
 *
 * @param days YYYY-MM-DD
 */
export function daysSince(days: readonly string[], since: Date | null | undefined): readonly string[] {
  if (!since) return days;
  const first = dayOf(since);
  return days.filter((day) => day >= first);
}
