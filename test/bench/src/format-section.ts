import type { Section } from "./benchmark.ts";

export function sectionAsText({ title, columns, rows, note }: Section): string {
  const lines = [columns, ...rows.map(({ cells }) => cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const aligned = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [title, "", ...aligned, "", note].join("\n");
}

export function sectionAsMarkdown({ title, columns, rows, note }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(columns), line(columns.map(() => "---")), ...rows.map(({ cells }) => line(cells))];
  return [`**${title}**`, "", ...table, "", note].join("\n");
}
