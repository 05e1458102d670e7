import { many } from "./amounts.ts";

/** Which days a log has, oldest first: "31 days, 2026-10-01 to 2026-10-31"; where others lie between, "2 days between 2026-05-15 and 2026-08-20". */
export function daysText(days: readonly string[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "no day";
  if (first === last) return first;
  const isWhole = Date.parse(last) - Date.parse(first) === (days.length - 1) * 86_400_000;
  return isWhole
    ? `${many(days.length, "day")}, ${first} to ${last}`
    : `${many(days.length, "day")} between ${first} and ${last}`;
}
