import type { DescribedColumn } from "@openrouter-audit/analysis";
import type { Colors } from "../terminal.ts";
import { fitColumns, tableLines } from "./table.ts";
import { jsonLine } from "./visible.ts";

/** The columns of `entries`, for people, or one JSON object a line. */
export function columnsText(columns: readonly DescribedColumn[], json: boolean, colors: Colors): string {
  if (json) return columns.map((column) => `${jsonLine(column)}\n`).join("");
  const titles = ["name", "type", "member"] as const;
  const fitted = fitColumns(
    titles.map((title) => ({
      title: title === "name" ? "column" : title,
      cell: (column: DescribedColumn) => column[title],
    })),
    columns,
    { colors, width: Number.POSITIVE_INFINITY },
  );
  return `${tableLines(fitted, columns, colors).join("\n")}\n`;
}
