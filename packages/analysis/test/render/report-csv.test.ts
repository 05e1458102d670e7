import { readFileSync } from "node:fs";
import { reportCsv } from "@openrouter-audit/analysis";
import { csvColumns } from "../../src/render/report-csv.ts";
import { visible } from "../../src/render/visible.ts";
import { hostileReport, hostileTexts } from "./hostile-report.ts";
import { emptyReport, sampleReport } from "./sample-report.ts";

/** RFC 4180, in a few lines. */
function parsed(csv: string): Record<string, string>[] {
  const cells = [...csv.matchAll(/("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g)];
  const lines: string[][] = [[]];
  for (const [, cell, end] of cells) {
    lines.at(-1)!.push(cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!);
    if (end === "\n") lines.push([]);
  }
  const [head, ...rows] = lines.slice(0, -1);
  for (const row of rows) expect(row).toHaveLength(head!.length);
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [head![index]!, cell])));
}

test("each measure of each group is a cell, as exact as in the report", () => {
  const report = sampleReport();
  const rows = parsed(reportCsv(report));
  const models = rows.filter(({ section }) => section === "by_model");
  expect(models.map(({ key }) => key)).toEqual(report.by_model.rows.map(({ key }) => key ?? ""));
  for (const [index, row] of report.by_model.rows.entries()) {
    const { key: _key, latency_ms, time_to_first_token_ms, ...numbers } = row;
    for (const [measure, value] of Object.entries(numbers))
      expect(Number(models[index]![measure])).toBe(value);
    for (const [of, value] of Object.entries(latency_ms!))
      expect(Number(models[index]![`latency_ms_${of}`])).toBe(value);
    expect(Number(models[index]!.time_to_first_token_ms_p95)).toBe(time_to_first_token_ms!.p95);
  }
});

test("all that a report says is in it", () => {
  const sections = new Set(parsed(reportCsv(sampleReport())).map(({ section }) => section));
  const said = "report period compared_with verification totals by_day by_hour by_user by_model by_provider";
  const more =
    "by_feature by_tenant by_event_type errors:error refused:by_application refused:by_model policy:zdr";
  const last =
    "unusual:cost_spike unusual_rules:all news:users completeness completeness:gap attribution streams entries";
  for (const section of `${said} ${more} ${last}`.split(" ")) expect(sections).toContain(section);
});

test("what nobody measured is an empty cell, and zero is a zero", () => {
  const [totals] = parsed(reportCsv(emptyReport())).filter(({ section }) => section === "totals");
  expect(totals).toMatchObject({ calls: "0", cost_usd: "0", success_rate: "", latency_ms_p50: "" });
});

test("a user whose name is empty is another than nobody known", () => {
  const report = sampleReport();
  const [row] = report.by_user.rows;
  const rows = ["", null].map((key) => ({ ...row!, key }));
  const csv = reportCsv({ ...report, by_user: { groups: 2, rows, others: null } });
  expect(csv).toContain(`\nby_user,"",${row!.calls},`);
  expect(csv).toContain(`\nby_user,,${row!.calls},`);
});

test("no text becomes a formula, and none hides", () => {
  const csv = reportCsv(hostileReport());
  expect(csv).not.toMatch(/[\p{Cf}\p{Zl}]|\p{Cc}(?<!\n)/u);
  const cells = parsed(csv).flatMap((row) => Object.values(row));
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  for (const text of hostileTexts) {
    const shown = visible(text);
    expect(cells).toContain(/^[=@]/.test(shown) ? `'${shown}` : shown);
  }
});

test("docs/reports.md names the columns", () => {
  const page = readFileSync("docs/reports.md", "utf8").split("\n## Forms")[1]!;
  const named = new Set([...page.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => name));
  const short = csvColumns.map((column) => column.replace(/_(count|average|p50|p95|p99|max)$/, ""));
  expect(short.filter((column) => !named.has(column))).toEqual([]);
});
