import { leastLengthOf } from "../src/retention/least-length.ts";

const days = (text: string) => leastLengthOf(text) / 86_400_000;

test.each([
  ["90d", 90],
  ["2w", 14],
  ["1mo", 28],
  ["6mo", 181],
  ["12mo", 365],
  ["1y", 365],
  ["4y", 1461],
  ["7y", 2556],
])("what was kept for %s was kept for %d days at least", (text, length) => {
  expect(days(text)).toBe(length);
});

test("what is no length is refused with those that are", () => {
  expect(() => days("6 months")).toThrow("d, w, mo or y");
  expect(() => days("0mo")).toThrow();
});
