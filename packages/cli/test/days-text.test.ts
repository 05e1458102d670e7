import { daysText } from "../src/format/days-text.ts";

test.each([
  [[], "no day"],
  [["2026-05-15"], "2026-05-15"],
  [["2026-02-28", "2026-03-01", "2026-03-02"], "3 days, 2026-02-28 to 2026-03-02"],
  [["2026-05-15", "2026-08-20"], "2 days between 2026-05-15 and 2026-08-20"],
])("the days %j are told as a range only when none between is missing", (days, text) => {
  expect(daysText(days)).toBe(text);
});
