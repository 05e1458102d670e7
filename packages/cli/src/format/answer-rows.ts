import type { SqlCell, SqlColumn } from "@openrouter-audit/analysis";
import { csvLine } from "./csv-line.ts";
import { shown } from "./entry-columns.ts";
import type { Column } from "./table.ts";
import { jsonLine, visible } from "./visible.ts";

type Row = readonly SqlCell[];

const numeric = ["integer", "number"];

/** Columns of a table. The first stays whatever the width is; of the others the last go first. */
export function answerColumns(columns: readonly SqlColumn[]): Column<Row>[] {
  return columns.map(({ name, type }, index) => ({
    title: visible(name),
    cell: (row) => cellText(row[index]!, type),
    ...(numeric.includes(type) ? { align: "right" as const } : { atLeast: 8 }),
    ...(index > 0 && { dispensable: true }),
  }));
}

function cellText(cell: SqlCell, type: SqlColumn["type"]): string {
  if (type === "time" && typeof cell === "string")
    return visible(cell.replace("T", " ").replace(/(?:\.000)?Z$/, ""));
  return shown(cell);
}

/** A row as an object on one line, each column under its name: of several that have one name, the second is `name_2`. */
export function answerJson(columns: readonly SqlColumn[]): (row: Row) => string {
  const names = uniqueNames(columns);
  return (row) =>
    jsonLine(
      Object.fromEntries(row.map((cell, index) => [names[index], jsonOf(cell, columns[index]!.type)])),
    );
}

function uniqueNames(columns: readonly SqlColumn[]): string[] {
  const names: string[] = [];
  for (const { name } of columns) {
    let unique = name;
    for (let count = 2; names.includes(unique); count += 1) unique = `${name}_${count}`;
    names.push(unique);
  }
  return names;
}

function jsonOf(cell: SqlCell, type: SqlColumn["type"]): unknown {
  if (type !== "json" || typeof cell !== "string") return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** Rows as CSV. What is null is an empty cell. */
export function answerCsv(columns: readonly SqlColumn[]) {
  const isNumber = columns.map(({ type }) => numeric.includes(type));
  const line = (row: Row) => csvLine(row, isNumber);
  return { head: csvLine(columns.map(({ name }) => name)), line };
}
