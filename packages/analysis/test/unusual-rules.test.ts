import { errorSpike, offHours, spike } from "../src/report/unusual-rules.ts";

const dollar = 10n ** 12n;
const days = (...dollars: number[]) => dollars.map((each) => BigInt(each) * dollar);

describe("a day that costs more than usual", () => {
  const week = days(10, 9, 11, 10, 12, 10, 30);
  // Of everything three times the median is 30, twice the second greatest 24; of a user five times is 50, four times 48.
  test.each([
    ["all", 30n * dollar, false],
    ["all", 30n * dollar + 1n, true],
    ["user", 50n * dollar, false],
    ["user", 50n * dollar + 1n, true],
  ] as const)("of %s, %d trillionths: %s", (scope, value, isFound) => {
    expect(spike("cost_spike", scope, { value, earlier: 0n, before: week }, 5) !== null).toBe(isFound);
  });

  test.each([
    ["all", 80n * dollar, false],
    ["all", 80n * dollar + 1n, true],
    ["user", 160n * dollar, false],
    ["user", 160n * dollar + 1n, true],
  ] as const)("after days that differ much, of %s, %d trillionths: %s", (scope, value, isFound) => {
    const before = days(1, 2, 3, 40, 50);
    expect(spike("cost_spike", scope, { value, earlier: 0n, before }, 5) !== null).toBe(isFound);
  });

  test.each([
    [5n * dollar, false],
    [5n * dollar + 1n, true],
  ])("where nothing was ever paid, %d trillionths: %s", (value, isFound) => {
    expect(spike("cost_spike", "all", { value, earlier: 0n, before: days(0, 0, 0, 0, 0) }, 5) !== null).toBe(
      isFound,
    );
  });

  test.each([
    [30n * dollar, true],
    [30n * dollar + 1n, false],
  ])("is told by the report in whose period it became that: %d before it, %s", (earlier, isFound) => {
    expect(spike("cost_spike", "all", { value: 31n * dollar, earlier, before: week }, 5) !== null).toBe(
      isFound,
    );
  });

  test("the median of an even number is the lower of the two in the middle", () => {
    const judged = spike(
      "cost_spike",
      "all",
      { value: 100n * dollar, earlier: 0n, before: days(1, 2, 3, 4, 5, 6) },
      5,
    );
    expect(judged).toMatchObject({ value: 100, usual: 3, threshold: 10 });
  });

  test("is explained with its numbers", () => {
    expect(
      spike("cost_spike", "all", { value: 1234n * dollar, earlier: 0n, before: week }, 5)?.explanation,
    ).toBe(
      "$1,234.00 in one day: more than $30.00, the greatest of $5.00, 3 times the median day ($10.00) and 2 times the second greatest day ($12.00) " +
        "of the 7 days with calls among the 14 before.",
    );
  });
});

test.each([
  [1_000_000n, false],
  [1_000_001n, true],
])("a day of %d tokens, where they were few: %s", (value, isFound) => {
  const before = [1n, 2n, 3n, 4n, 5n];
  expect(spike("token_spike", "user", { value, earlier: 0n, before }, 1_000_000) !== null).toBe(isFound);
});

describe("an hour in which more fails than usual", () => {
  const steady = { all: { calls: 10_000, errors: 100 }, sameHour: { calls: 500, errors: 5 } };
  test.each<[string, { calls: number; errors: number }, object, boolean]>([
    ["few calls that all fail", { calls: 19, errors: 19 }, steady, false],
    ["just enough calls", { calls: 20, errors: 20 }, steady, true],
    ["nine errors", { calls: 20, errors: 9 }, steady, false],
    ["ten errors", { calls: 20, errors: 10 }, steady, true],
    // 0.01 and 0.05 is 0.06, and five deviations of 1,000 calls are 0.0157.
    ["5 points more of many calls", { calls: 1_000, errors: 60 }, steady, false],
    ["more than 5 points more", { calls: 1_000, errors: 61 }, steady, true],
    // Of 100 calls five deviations are 0.0497, and with 5 of 100 usual 0.109.
    [
      "what chance makes of 100 calls",
      { calls: 100, errors: 15 },
      { all: { calls: 1_000, errors: 50 } },
      false,
    ],
    [
      "more than chance makes of them",
      { calls: 100, errors: 16 },
      { all: { calls: 1_000, errors: 50 } },
      true,
    ],
    [
      "twice of what always fails",
      { calls: 10_000, errors: 4_000 },
      { all: { calls: 1_000, errors: 200 } },
      false,
    ],
    ["more than twice of it", { calls: 10_000, errors: 4_001 }, { all: { calls: 1_000, errors: 200 } }, true],
    ["what fails each night", { calls: 200, errors: 60 }, { sameHour: { calls: 2_000, errors: 600 } }, false],
    [
      "what failed at night in too few calls",
      { calls: 200, errors: 60 },
      { sameHour: { calls: 19, errors: 19 } },
      true,
    ],
    [
      "an hour when nothing ever failed",
      { calls: 200, errors: 11 },
      { all: { calls: 500, errors: 0 }, sameHour: { calls: 0, errors: 0 } },
      true,
    ],
  ])("%s: %j", (_what, hour, before, isFound) => {
    expect(errorSpike(hour, { ...steady, sameHour: { calls: 0, errors: 0 }, ...before }, 20) !== null).toBe(
      isFound,
    );
  });

  test("is explained with its numbers", () => {
    expect(errorSpike({ calls: 1_200, errors: 300 }, steady, 20)?.explanation).toBe(
      "300 of 1,200 calls in one hour failed (25%): more than 6%, the greatest of the usual share (1% in the days before) and 5 points, 2 times it, and it and 5 standard deviations (1.4%).",
    );
  });
});

describe("a night of calls", () => {
  test.each([
    [20, 0, 0, false],
    [21, 0, 0, true],
    [50, 0, 5, false],
    [51, 0, 5, true],
    [60, 50, 5, true],
    [60, 51, 5, false],
  ])(
    "of %d, %d of them told before, of somebody with at most %d: %s",
    (calls, earlier, greatest, isFound) => {
      expect(offHours({ calls, earlier, greatest }, 20, [22, 6]) !== null).toBe(isFound);
    },
  );

  test("is explained with its numbers", () => {
    expect(offHours({ calls: 300, earlier: 0, greatest: 3 }, 20, [22, 6])?.explanation).toBe(
      "300 calls of one user between 22:00 and 06:00 UTC: more than 30, the greater of 20 and 10 times the most that the user had in one of the 14 nights before (3).",
    );
  });
});
