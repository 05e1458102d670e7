import type { Report } from "../report/report.ts";
import { attentionOf } from "./attention.ts";
import type { Cell, ReportTable } from "./cell.ts";
import { definitions } from "./definitions.ts";
import { keyFigures } from "./key-figures.ts";
import { codeSpan, prose, tableCell } from "./markdown-text.ts";
import { periodExactly, periodInWords } from "./period-words.ts";
import { breakdownTables, factTables, findingTables } from "./report-tables.ts";
import { daysVerified, verdictOf, verifyCommand } from "./verdict.ts";
import { visible } from "./visible.ts";

// A table of more is read by machines: JSON and CSV have a thousand.
const mostRows = 100;

/** A report as GitHub-flavoured Markdown. What the log says stands in code spans, where it is nothing but text. */
export function reportMarkdown(report: Report): string {
  const { source, generator } = report;
  const blocks = [
    `# LLM usage and audit report: ${prose(periodInWords(report.period))}`,
    `${codeSpan(source.name)} (${source.kind}), ${prose(periodExactly(report.period))}. Made on ${prose(report.generated_at)} by ${prose(generator.name)} ${prose(generator.version)}.`,
    ...verdictBlocks(report),
    tableOf(
      ["Number", "Value", ""].map((title, index) => ({
        title,
        ...(index === 1 && { align: "right" as const }),
      })),
      keyFigures(report).map(({ name, value, beside }) => [name, value, beside]),
    ),
    "## What needs attention",
    attentionBlock(report),
    ...findingTables(report, mostRows).flatMap(tableBlocks),
    "## Breakdowns",
    ...breakdownTables(report, mostRows).flatMap(tableBlocks),
    "## Everything else",
    ...factTables(report).flatMap(tableBlocks),
    "## How each number is defined",
    definitions.map(([term, meaning]) => `- **${term}**: ${prose(meaning)}`).join("\n"),
    "## Check the log yourself",
    "```sh",
  ];
  return `${blocks.join("\n\n")}\n${visible(verifyCommand(report))}\n\`\`\`\n`;
}

function verdictBlocks(report: Report): string[] {
  const { word, sentence, key, keySource, notChecked } = verdictOf(report);
  const verdict = `**${word}.** ${prose(sentence)}`;
  if (key === null) return [verdict];
  const left = notChecked.length > 0 ? ` Not checked: ${prose(notChecked.join("; "))}.` : "";
  return [
    verdict,
    `Key: ${codeSpan(key)}, ${prose(keySource!)}. Days: ${prose(daysVerified(report)!)}.${left}`,
  ];
}

function attentionBlock(report: Report): string {
  const found = attentionOf(report);
  if (found.length === 0) return "Nothing.";
  return found
    .map(({ weight, text }) => `- ${weight === "alarm" ? `**${prose(text)}**` : prose(text)}`)
    .join("\n");
}

function tableBlocks({ title, caption, columns, rows, more }: ReportTable): string[] {
  const left = more === null ? [] : [`… ${prose(more)}.`];
  return [`### ${title}`, prose(caption), tableOf(columns, rows), ...left];
}

function tableOf(columns: ReportTable["columns"], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(tableCell))),
  ].join("\n");
}
