import Table from "cli-table3";
import type { Colors } from "../terminal.ts";
import { displayWidth } from "./display-width.ts";

/** A column of a table of rows. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row, colors: Colors) => string;
  /** The cell in few characters, for a table that is wider than the terminal. */
  readonly brief?: (row: Row, colors: Colors) => string;
  readonly align?: "right";
  /** The width to give it when rows will come that nobody has seen yet. */
  readonly usual?: number;
  /** The width it may be cut down to. @default it is never cut */
  readonly atLeast?: number;
  /** Whether it may be left out; the last such column goes first. */
  readonly dispensable?: boolean;
}

/** A column that has found its width. */
export interface Fitted<Row> extends Column<Row> {
  readonly width: number;
}

const gap = 2;
// So little of a word says nothing, but a table that wraps says less.
const leastOfAll = 3;

/** How {@link fitColumns} fits. */
export interface Fit {
  readonly colors: Colors;
  readonly width: number;
  /** Whether rows will follow that nobody has seen yet. */
  readonly more?: boolean;
}

/** Gives each column the width its rows need; if that is too much, says it briefly, leaves out, and cuts. */
export function fitColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  fit: Fit,
): Fitted<Row>[] {
  const natural = measured(columns, rows, fit);
  if (widthOf(natural) <= fit.width) return natural;

  let kept = measured(
    columns.map((column) => ({ ...column, cell: column.brief ?? column.cell })),
    rows,
    fit,
  );
  const narrowest = () =>
    widthOf(kept.map(({ width, atLeast }) => ({ width: Math.min(width, atLeast ?? width) })));
  for (let last = kept.at(-1); last && narrowest() > fit.width; ) {
    last = kept.findLast(({ dispensable }) => dispensable);
    kept = kept.filter((column) => column !== last);
  }
  return cut(
    cut(kept, fit.width, ({ atLeast }) => atLeast),
    fit.width,
    ({ atLeast }) => atLeast && leastOfAll,
  );
}

function measured<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { colors, more = false }: Fit,
): Fitted<Row>[] {
  const cells = (column: Column<Row>) => rows.map((row) => column.cell(row, colors));
  return (
    columns
      // A column without a word in it is only in the way.
      .filter((column) => more || cells(column).some((cell) => cell !== ""))
      .map((column) => {
        const least = Math.max(displayWidth(column.title), more ? (column.usual ?? 0) : 0);
        return {
          ...column,
          width: cells(column)
            .map(displayWidth)
            .reduce((a, b) => Math.max(a, b), least),
        };
      })
  );
}

/** Takes from the widest column that can give until all fit, or none can give any more. */
function cut<Row>(
  columns: readonly Fitted<Row>[],
  width: number,
  atLeast: (column: Fitted<Row>) => number | undefined,
): Fitted<Row>[] {
  const fitted = [...columns];
  while (widthOf(fitted) > width) {
    const givers = fitted.filter((column) => column.width > (atLeast(column) ?? column.width));
    const widest = givers.sort((a, b) => b.width - a.width)[0];
    if (!widest) break;
    fitted[fitted.indexOf(widest)] = { ...widest, width: widest.width - 1 };
  }
  return fitted;
}

/** The lines of a table, without borders. */
export function tableLines<Row>(
  columns: readonly Fitted<Row>[],
  rows: readonly Row[],
  colors: Colors,
  { head = true }: { readonly head?: boolean } = {},
): string[] {
  const table = new Table({
    chars: { ...noBorders, middle: " ".repeat(gap) },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map(({ align }) => align ?? "left"),
  });
  if (head) table.push(columns.map(({ title }) => colors.dim(title)));
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row, colors)));
  if (table.length === 0) return [];
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

function widthOf(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, gap * (columns.length - 1));
}

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
} as const;
