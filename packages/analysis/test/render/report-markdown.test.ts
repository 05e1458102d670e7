import { reportMarkdown } from "@openrouter-audit/analysis";
import { marked, type Tokens } from "marked";
import { visible } from "../../src/render/visible.ts";
import { hostileReport, hostileTexts } from "./hostile-report.ts";
import { emptyReport, sampleReport, tampered } from "./sample-report.ts";

/** What a reader of GitHub's Markdown sees in the table below a heading, as text. */
function tableBelow(markdown: string, heading: string): string[][] {
  const tokens = marked.lexer(markdown, { gfm: true });
  const from = tokens.findIndex((token) => token.type === "heading" && token.text === heading);
  const table = tokens.slice(from).find((token) => token.type === "table") as Tokens.Table;
  return [table.header, ...table.rows].map((row) => row.map(({ tokens }) => textOf(tokens)));
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function textOf(tokens: readonly Tokens.Generic[]): string {
  return tokens
    .map((token) => (token.tokens ? textOf(token.tokens) : (token.text as string)))
    .join("")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_entity, name: string) => entities[name]!);
}

test("it says first of what, whether that can be believed, and what needs attention", () => {
  const markdown = reportMarkdown(sampleReport());
  const places = [
    "# LLM usage and audit report: November 2026",
    "**INCOMPLETE.** 52,113 entries in 12 logs verified; 3 things are missing, out of place or without proof.",
    "| Calls | 43,938 |",
    "## What needs attention",
    "- **865 policy exceptions**",
    "### By model",
  ].map((text) => markdown.indexOf(text));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test("its tables have the numbers of the report", () => {
  const report = sampleReport();
  const [head, ...rows] = tableBelow(reportMarkdown(report), "By model");
  expect(head!.slice(0, 3)).toEqual(["Model", "Calls", "Success"]);
  expect(rows.map(([name, calls]) => [name, Number(calls!.replaceAll(",", ""))])).toEqual(
    report.by_model.rows.map(({ key, calls }) => [key ?? "no model", calls]),
  );
});

test("of more than a hundred the rest is summed, with what the report itself left out", () => {
  const report = sampleReport();
  const row = report.by_user.rows[0]!;
  const rows = Array.from({ length: 1000 }, (_none, index) => ({
    ...row,
    key: `user ${index}`,
    calls: 2,
    cost_usd: 0.5,
  }));
  const by_user = { groups: 1090, rows, others: { groups: 90, calls: 90, cost_usd: 9 } };
  const markdown = reportMarkdown({ ...report, by_user });
  expect(tableBelow(markdown, "By user")).toHaveLength(101);
  expect(markdown).toContain("… and 990 more users: 1,890 calls, $459.00.");
});

test("what nobody measured is a dash, and an empty report says so", () => {
  const markdown = reportMarkdown(emptyReport());
  expect(markdown).toContain("**NOT VERIFIED.**");
  expect(tableBelow(markdown, "Latency")[1]).toEqual(["Until the end of the answer", ..."——————"]);
  expect(markdown).not.toMatch(/NaN|undefined|null|Infinity/);
});

test("text of the log is text in it: no HTML, no link, no heading, no further cell", () => {
  const markdown = reportMarkdown(hostileReport());
  const tokens = marked.lexer(markdown, { gfm: true });
  const markup: string[] = [];
  marked.walkTokens(tokens, ({ type, raw }) => {
    if (["html", "link", "image", "del"].includes(type)) markup.push(raw);
  });
  expect(markup).toEqual([]);
  expect(markdown).not.toMatch(/[\p{Cf}\p{Zl}]|\p{Cc}(?<!\n)/u);
  const sizes = tokens.flatMap((token) => (token.type === "table" ? [token as Tokens.Table] : []));
  for (const { header, rows } of sizes) for (const row of rows) expect(row).toHaveLength(header.length);
  const names = tableBelow(markdown, "By user").map(([name]) => name);
  for (const text of hostileTexts) expect(names).toContain(visible(text));
});

test.each([
  "a|b",
  "a\\|b",
  "\\",
  "`",
  "``a`",
  " a ",
  "",
  "*a* _b_ https://example.com www.example.com @ada #1",
  "&lt;b&gt;",
])("the name %j is read as it is", (key) => {
  const report = sampleReport();
  const rows = [{ ...report.by_user.rows[0]!, key }];
  const markdown = reportMarkdown({ ...report, by_user: { groups: 1, rows, others: null } });
  const shown = tableBelow(markdown, "By user")[1]![0];
  // A pipe behind a backslash, and nothing at all, are shown as what they are.
  expect(shown).toBe({ "a\\|b": "a\\\\u{7c}b", "": '""' }[key] ?? key);
});

test("a log that was tampered with is called that, with what was found", () => {
  const markdown = reportMarkdown({ ...sampleReport(), verification: tampered });
  expect(markdown).toContain("**TAMPERED.** This log is not what was sealed: 7 contradictions.");
  expect(tableBelow(markdown, "Verification")[1]![0]).toBe("ROOT_MISMATCH");
  expect(markdown).toContain("… and 5 more: openrouter-audit verify lists all.");
});
