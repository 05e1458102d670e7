import { periodOf } from "../src/period.ts";
import { runCli } from "./run-cli.ts";

const now = new Date("2026-11-24T09:30:00.000Z");

test.each([
  ["24h", "2026-11-23T09:30:00.000Z", null],
  ["7d", "2026-11-17T09:30:00.000Z", null],
  ["30 m", "2026-11-24T09:00:00.000Z", null],
  ["now", "2026-11-24T09:30:00.000Z", null],
  ["today", "2026-11-24T00:00:00.000Z", "2026-11-25T00:00:00.000Z"],
  ["Yesterday", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
  ["2026", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
  ["2026-12", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ["2026-11-24T23", "2026-11-24T23:00:00.000Z", "2026-11-25T00:00:00.000Z"],
  ["2026-11-24T09:30", "2026-11-24T09:30:00.000Z", null],
  ["2026-11-24 09:30:15", "2026-11-24T09:30:15.000Z", null],
  ["2026-11-24T09:30:00.5Z", "2026-11-24T09:30:00.500Z", null],
  ["2026-11-24T09:30:00+02:00", "2026-11-24T07:30:00.000Z", null],
])("%s begins at %s", (words, start, end) => {
  const period = periodOf(words, now);
  expect(period.start.toISOString()).toBe(start);
  expect(period.end.toISOString()).toBe(end ?? start);
});

test.each([
  "",
  "soon",
  "24",
  "h",
  "2026-13",
  "2026-00",
  "2026-02-30",
  "2026-1-1",
  "24.11.2026",
  "2026-11-24T25:00",
  "2026-11-24T24",
  "2026-02-30T10",
  "-1d",
])("%j is no time", (words) => expect(() => periodOf(words, now)).toThrow("Say 24h"));

test.each([
  [["query"], "up to this: to the end of a day or month, before a moment"],
  [["report"], "up to this: to the end of a day or month, before a moment"],
  [["sql"], "only entries up to this: to the end of a day or month, before a moment"],
  [["verify"], "only the files up to the end of this day or month"],
  [["lake"], "only the files up to the end of this day or month"],
  [["reconcile"], "up to the end of this day or month (default: today, which is not over)"],
  [["export"], "up to the end of this: 2026-10, 2026-10-31, now"],
])("%j --help says of --until itself that a day and a month count to their end", async (command, said) => {
  const { stdout } = await runCli([...command, "--help"], { columns: 200 });
  const [, told] = /^ +--until <time> +((?:.*\n)(?: {10,}\S.*\n)*)/m.exec(stdout)!;
  expect(told!.replace(/\s+/g, " ").trim()).toBe(said);
});
