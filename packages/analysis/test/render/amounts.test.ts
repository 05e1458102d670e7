import { dollars, duration, percent } from "../../src/render/amounts.ts";
import { periodExactly, periodInWords } from "../../src/render/period-words.ts";

test.each([
  [1_234_567.891, "$1,234,567.89"],
  [0.1, "$0.10"],
  [0.0042, "$0.0042"],
  [0, "$0"],
  [null, "—"],
])("%d dollars are %s", (amount, said) => expect(dollars(amount)).toBe(said));

test.each([
  [250, "250 ms"],
  [74_000, "1 min 14 s"],
  [3_600_000, "1 h 0 min"],
  [576_018 * 60_000, "400 d 0 h"],
])("%d milliseconds are %s", (length, said) => expect(duration(length)).toBe(said));

test.each([
  [1, "100%"],
  [0.99999, ">99.9%"],
  [0.5, "50.0%"],
  [0.00001, "<0.1%"],
  [0, "0%"],
  [null, "—"],
])("the share %d is %s: what is not all, or not nothing, is never rounded to it", (share, said) =>
  expect(percent(share)).toBe(said),
);

test.each([
  ["2026-11-01", "2026-12-01", "November 2026"],
  ["2026-12-01", "2027-01-01", "December 2026"],
  ["2026-01-01", "2027-01-01", "2026"],
  ["2026-11-17", "2026-11-18", "17 November 2026"],
  ["2026-11-01", "2026-11-15", "1 to 14 November 2026"],
  ["2026-10-30", "2026-11-03", "30 October 2026 to 2 November 2026"],
  ["2026-11-17T10:00", "2026-11-18", "2026-11-17 10:00:00 to 2026-11-18 00:00:00 UTC"],
  [null, "2026-11-18", "Before 18 November 2026"],
  ["2026-11-17", null, "Since 17 November 2026"],
  [null, null, "Everything recorded"],
])("from %s to before %s is %s", (from, to, said) => {
  const instant = (text: string | null) =>
    text && new Date(text.includes("T") ? `${text}Z` : text).toISOString();
  const period = { since: instant(from), until: instant(to) };
  expect(periodInWords(period)).toBe(said);
  expect(periodExactly(period)).toMatch(
    to === null ? /^from (?:.* UTC to the last entry|the first entry to the last)$/ : /^from .* to .* UTC$/,
  );
});
