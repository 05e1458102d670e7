import type { Report } from "@openrouter-audit/analysis";
import {
  attentionOf,
  breakdownTables,
  type Cell,
  daysVerified,
  factTables,
  findingTables,
  keyFigures,
  periodExactly,
  periodInWords,
  type ReportTable,
  type ReportVerdict,
  textOfCell,
  verdictOf,
  verifyCommand,
} from "@openrouter-audit/analysis/text";
import type { Colors, Terminal } from "../terminal.ts";
import { sectionsOf } from "./quiet-sections.ts";
import { type Column, fitColumns, tableLines } from "./table.ts";
import { visible } from "./visible.ts";

/** So many rows of each table a person reads; --json and --csv have the others. */
const mostRows = 10;

const keyFile = " (public-key.txt: the key that you were handed)";

export interface Screen extends Pick<Terminal, "width" | "colors"> {
  /** What whoever reads it here types as --key. */
  readonly key?: string | undefined;
}

/** A report as a person reads it: the answer first, then what needs attention, then what calls are counted by. */
export function reportText(report: Report, screen: Screen): string {
  const { bold, dim } = screen.colors;
  const { tables, common, empty } = sectionsOf(tablesOf(report), report);
  const lines = [
    `${bold(periodInWords(report.period))}  ${visible(report.source.name)}`,
    dim(periodExactly(report.period)),
    "",
    ...verdictLines(verdictOf(report), screen.colors),
    ...verifiedLines(report, screen.colors),
    "",
    ...figureLines(report, screen.colors),
    "",
    ...attentionLines(report, screen.colors),
    ...tables.flatMap((table) => ["", ...linesOf(table, screen)]),
    "",
    ...(common.length > 0 ? [`${dim("all calls")}  ${visible(common.join(", "))}`] : []),
    ...(empty.length > 0 ? [`${dim("nothing to tell of")}  ${visible(empty.join(", "))}`] : []),
    `${dim(`check it yourself${screen.key === undefined ? keyFile : ""}`)}  ${visible(verifyCommand(report, screen.key))}`,
  ];
  return `${lines.join("\n")}\n`;
}

function tablesOf(report: Report): ReportTable[] {
  return [
    ...findingTables(report, mostRows),
    ...breakdownTables(report, mostRows).filter(({ id }) => id !== "days" && id !== "hours"),
    ...factTables(report).filter(({ id }) => id !== "totals"),
    ...breakdownTables(report, mostRows).filter(({ id }) => id === "days"),
  ];
}

function verdictLines(
  { result, word, sentence, key, keySource, notChecked }: ReportVerdict,
  colors: Colors,
): string[] {
  const { bold, green, yellow, red } = colors;
  const paint = { intact: green, incomplete: yellow, unverified: yellow, tampered: red }[result];
  const trusted = key === null ? [] : [`${colors.dim("key")}  ${visible(key)}, ${keySource}`];
  const left = notChecked.map((what) => `${colors.dim("not checked")}  ${visible(what)}`);
  return [`${bold(paint(word))}  ${visible(sentence)}`, ...trusted, ...left];
}

/** More days than the period has: what is recorded later, or compared with, is in the report too. */
function verifiedLines(report: Report, { dim }: Colors): string[] {
  const result = report.verification?.result ?? "not_verified";
  return result === "not_verified" ? [] : [`${dim("days verified")}  ${visible(daysVerified(report)!)}`];
}

function figureLines(report: Report, colors: Colors): string[] {
  const figures = keyFigures(report);
  const names = Math.max(...figures.map(({ name }) => name.length));
  const values = Math.max(...figures.map(({ value }) => value.length));
  return figures.map(({ name, value, beside }) =>
    `${colors.dim(name.padEnd(names))}  ${colors.bold(value.padStart(values))}  ${beside}`.trimEnd(),
  );
}

function attentionLines(report: Report, { bold, green, red, yellow }: Colors): string[] {
  const found = attentionOf(report);
  if (found.length === 0) return [green("Nothing needs attention.")];
  return [
    bold("What needs attention"),
    ...found.map(({ weight, text }) => `  ${weight === "alarm" ? red("!") : yellow("·")} ${text}`),
  ];
}

function linesOf({ title, columns, rows, more }: ReportTable, { width, colors }: Screen): string[] {
  const sentences = columns.findIndex(({ prose }) => prose);
  const shown = columns.map(columnOf).filter((_column, index) => index !== sentences);
  const [head, ...lines] = tableLines(fitColumns(shown, rows, { colors, width }), rows, colors);
  const left = more === null ? [] : [colors.dim(`… ${visible(more)}`)];
  const explained = lines.flatMap((line, index) => {
    const cell = rows[index]?.[sentences];
    return cell === undefined ? [line] : [line, `  ${colors.dim(visible(textOfCell(cell)))}`];
  });
  // Over one column beside the sentences, its title says nothing more.
  return [
    colors.bold(title),
    ...(sentences >= 0 && shown.length === 1 ? [] : [head!]),
    ...explained,
    ...left,
  ];
}

function columnOf(column: ReportTable["columns"][number], index: number): Column<readonly Cell[]> {
  const { title, align, dispensable, whole } = column;
  return {
    title,
    cell: (row, { dim }) => {
      const cell = row[index]!;
      const text = visible(textOfCell(cell));
      return typeof cell !== "string" && "missing" in cell ? dim(text) : text;
    },
    ...(align && { align }),
    ...(dispensable && { dispensable }),
    // Names may be cut to fit, numbers and times never.
    ...(align === undefined && !whole && { atLeast: index === 0 ? 24 : 16 }),
  };
}
