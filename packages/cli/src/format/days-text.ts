import { many } from "./amounts.ts";

/** Which days a log has, oldest first: "31 days, 2026-10-01 to 2026-10-31". */
export function daysText(days: readonly string[]): string {
  const [first, last] = [days[0], days.at(-1)];
  return first === last ? (first ?? "no day") : `${many(days.length, "day")}, ${first} to ${last}`;
}
