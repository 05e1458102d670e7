import { instant } from "../entries/time-text.ts";

/** From the first on, before the second; null: open. */
export interface Window {
  readonly since: Date | null;
  readonly until: Date | null;
}

/** SQL: what is true of a row of that time. One whose `timestamp` is no time is of none. */
export function isIn({ since, until }: Window): string {
  const conditions = [`"timestamp" is not null`];
  if (since) conditions.push(`"timestamp" >= ${instant(since)}`);
  if (until) conditions.push(`"timestamp" < ${instant(until)}`);
  return conditions.join(" and ");
}
