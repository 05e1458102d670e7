import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { dueDates, endOf, periodOf, resolvePolicy, retentionPresets } from "../src/index.ts";

const end = (day: string, ...periods: string[]) =>
  endOf(
    day,
    periods.map((period) => periodOf(period, "period")),
  ).toISOString();

test.each([
  ["2026-01-31", "30d", "2026-03-03"],
  ["2026-08-27", "6mo", "2027-02-28"],
  // There is no 29, 30 or 31 February 2027: the last of that month counts, to its end.
  ["2026-08-28", "6mo", "2027-03-01"],
  ["2026-08-29", "6mo", "2027-03-01"],
  ["2026-08-31", "6mo", "2027-03-01"],
  ["2027-08-29", "6mo", "2028-03-01"],
  ["2028-02-28", "1y", "2029-03-01"],
  ["2028-02-29", "1y", "2029-03-01"],
  ["2024-02-29", "7y", "2031-03-01"],
  ["2026-12-31", "1d", "2027-01-02"],
])("from %s, %s end when %s begins", (day, period, next) => {
  expect(end(day, period)).toBe(`${next}T00:00:00.000Z`);
});

test("a period is whole days of the calendar, whatever the clock of the machine, and never ends early", () => {
  const day = fc.date({ min: new Date("2024-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 120 }), (time, months) => {
      const first = time.toISOString().slice(0, 10);
      const over = new Date(end(first, `${months}mo`));
      // Written from the calendar, without the library: the day of the same number, or the last of its month.
      const [year, month, date] = first.split("-").map(Number) as [number, number, number];
      const lastOfMonth = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
      const expected = Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth) + 1);
      expect(over.getTime()).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test.each(["", "30", "d", "0d", "-1d", "1.5y", "30 d", "99999y", "2026-13-45", "../", "30D"])(
  "%j is no period",
  (text) => {
    expect(() => periodOf(text, "deleteAfter")).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining("deleteAfter") }),
    );
  },
);

test("what nobody said is as the presets want it, and several combine to the longest", () => {
  const due = (presets: string[]) => dueDates("2026-01-31", resolvePolicy({ presets }));
  expect(due([])).toEqual({ archive: new Date("2026-03-03"), delete: new Date("2026-05-02") });
  expect(due(["eu-ai-act"]).delete).toEqual(new Date("2026-08-01"));
  expect(due(["pci-dss", "hipaa", "sox"])).toEqual({
    archive: new Date("2026-05-01"),
    delete: new Date("2033-02-01"),
  });
  // 90 days and three months: whichever is over later, from each day.
  expect(due(["pci-dss", "soc2"]).archive).toEqual(new Date("2026-05-02"));
  expect(due(["gdpr-cnil"]).delete).toEqual(new Date("2026-05-02"));
  expect(due(["gdpr-cnil", "soc2"]).delete).toEqual(new Date("2027-02-01"));
});

test("what contradicts is named, all of it, and nothing is chosen", () => {
  const message = (policy: Parameters<typeof resolvePolicy>[0]) => {
    try {
      return resolvePolicy(policy) && null;
    } catch (error) {
      expect(error).toMatchObject({ code: "RETENTION_CONFLICT" });
      return (error as Error).message;
    }
  };
  const all = message({ presets: ["gdpr-cnil", "hipaa", "sox"], deleteAfter: "5y", archiveAfter: "30d" });
  expect(all).toContain("hipaa keeps for at least 6y, gdpr-cnil for at most 12mo");
  expect(all).toContain("sox keeps for at least 7y, gdpr-cnil for at most 12mo");
  expect(all).toContain("deleteAfter is 5y, and hipaa keeps for at least 6y");
  expect(all).toContain("deleteAfter is 5y, and gdpr-cnil keeps for at most 12mo");
  // 180 days are less than six months, from most days.
  expect(message({ presets: ["eu-ai-act"], deleteAfter: "180d" })).toContain("eu-ai-act");
  expect(message({ presets: ["eu-ai-act"], deleteAfter: "184d" })).toBeNull();
  expect(message({ presets: ["nist-moderate"], archiveAfter: "2mo" })).toContain("wants 90d at hand");
  expect(message({ archiveAfter: "1y", deleteAfter: "90d" })).toContain("nothing would be archived");
  expect(message({ archiveAfter: "1y" })).toContain("deleteAfter is 90d");
  expect(message({ archiveAfter: "90d", deleteAfter: "90d" })).toBeNull();
  expect(message({ minimum: "2y", maximum: "1y" })).toContain(
    "your minimum keeps for at least 2y, your maximum",
  );
  expect(message({ presets: ["gdpr-cnil"], deleteAfter: null })).toContain('"never"');
  expect(message({ presets: ["hipaa"], deleteAfter: null, archiveAfter: null })).toBeNull();
});

test("every preset says where it comes from and what it does not say, and is kept to when it is alone", () => {
  for (const [name, { source, caveat }] of Object.entries(retentionPresets)) {
    expect(source).toMatch(/\w/);
    expect(caveat).toMatch(/\w/);
    expect(resolvePolicy({ presets: [name] }).presets).toEqual([name]);
  }
  expect(() => resolvePolicy({ presets: ["__proto__"] })).toThrow("There is no preset");
});

test.each([
  { delete_after: "7y" },
  { deleteAfter: 90 },
  { presets: "hipaa" },
  { tampered: "keep-logs" },
  { minimum: null },
])("a policy with a slip is refused, and not taken for another: %j", (policy) => {
  expect(() => resolvePolicy(policy as never)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
});

test("the policy of the README is one", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const text = /const policy = (\{.*\}) as const;/.exec(readme)![1]!;
  const policy = JSON.parse(text.replace(/(\w+):/g, '"$1":'));
  expect(resolvePolicy(policy)).toMatchObject({ presets: ["soc2"] });
});
