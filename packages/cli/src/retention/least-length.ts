import { endOf, periodOf } from "@openrouter-audit/retention";
import { InvalidArgumentError } from "commander";
import { lengthOf } from "../period.ts";

const dayMs = 86_400_000;

/**
 * How long something was kept at least that was kept for a period, in milliseconds: `90d`, and `6mo`, `7y` as retention has them. Months
 * and years of the calendar are taken for the shortest that so many can be (6mo: 181 days), so that nothing is found that was right.
 *
 * @throws InvalidArgumentError
 */
export function leastLengthOf(text: string): number {
  const words = text.trim().toLowerCase();
  if (!/^\d{1,4}(mo|y)$/.test(words)) return lengthOrPeriod(text);
  const period = periodOf(words, "--min-retention");
  // All days of a turn of leap years.
  const lengths = Array.from({ length: 1461 }, (_, index) => {
    const day = Date.UTC(2024, 0, 1 + index);
    return endOf(new Date(day).toISOString().slice(0, 10), [period]).getTime() - day - dayMs;
  });
  return Math.min(...lengths);
}

function lengthOrPeriod(text: string): number {
  try {
    return lengthOf(text);
  } catch {
    throw new InvalidArgumentError("Say a number and s, m, h, d, w, mo or y: 90d, 6mo.");
  }
}
