import { stringify } from "csv-stringify/sync";
import { visible } from "./visible.ts";

/**
 * A row as a line of CSV. What is null is an empty cell; what is an object, its JSON.
 *
 * @param isNumber which cells are numbers, also those that are too long for one and come as their digits
 */
export function csvLine(cells: readonly unknown[], isNumber: readonly boolean[] = []): string {
  // A cell that begins with = + - @ would be run as a formula by the spreadsheet it is opened in; a number is none.
  return stringify([cells.map(shown)], {
    escape_formulas: true,
    eof: false,
    cast: {
      number: (value) => ({ value: String(value), escape_formulas: false }) as never,
      string: (value, { index }) => ({ value, escape_formulas: !isNumber[index as number] }) as never,
      boolean: (value) => String(value),
    },
  });
}

function shown(cell: unknown): unknown {
  if (typeof cell === "string") return visible(cell);
  return typeof cell === "object" && cell !== null ? visible(JSON.stringify(cell)) : cell;
}
