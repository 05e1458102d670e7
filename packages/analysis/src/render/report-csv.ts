import { stringify } from "csv-stringify/sync";
import type { Distribution, Measures } from "../report/measures.ts";
import type { Report } from "../report/report.ts";
import { type CsvRow, csvRows } from "./csv-rows.ts";
import { visible } from "./visible.ts";

const measures: readonly (keyof Measures)[] = [
  "calls",
  "success",
  "error",
  "aborted",
  "unknown",
  "success_rate",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost_usd",
  "calls_without_cost",
  "byok_upstream_cost_usd",
];
const times: readonly (keyof Measures)[] = ["latency_ms", "time_to_first_token_ms"];
const ofTimes: readonly (keyof Distribution)[] = ["count", "average", "p50", "p95", "p99", "max"];

/** The columns, in their order. docs/reports.md, "Forms", says what stands in them. */
export const csvColumns: readonly string[] = [
  "section",
  "key",
  ...measures,
  ...times.flatMap((time) => ofTimes.map((of) => `${time}_${of}`)),
  "value",
  "first",
  "last",
  "text",
];

/**
 * A report for a spreadsheet: one table, of which `section` and `key` name the rows. Numbers are as exact as in JSON, what nobody measured is an
 * empty cell, and no text can become a formula.
 */
export function reportCsv(report: Report): string {
  const lines = csvRows(report).map((row) => cellsOf(row).map(safe));
  // A cell that begins with = + - @ would be run as a formula by the spreadsheet it is opened in.
  return stringify([csvColumns, ...lines], { escape_formulas: true, cast: { string: quotedIfEmpty } });
}

function cellsOf({ section, key, measured, value, first, last, text }: CsvRow): unknown[] {
  return [
    section,
    key,
    ...measures.map((measure) => measured?.[measure]),
    ...times.flatMap((time) => {
      const distribution = measured?.[time] as Distribution | null | undefined;
      return ofTimes.map((of) => distribution?.[of]);
    }),
    value,
    first,
    last,
    text,
  ];
}

/** So that an empty text is another than none: `""`. */
function quotedIfEmpty(text: string) {
  return text === "" ? { value: "", quoted_empty: true } : text;
}

function safe(cell: unknown): unknown {
  return typeof cell === "string" ? visible(cell) : cell;
}
