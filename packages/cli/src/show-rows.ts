import { many } from "./format/amounts.ts";
import { fitColumns, tableLines } from "./format/table.ts";
import type { View } from "./format/view.ts";
import { newestOf } from "./newest-of.ts";
import type { Terminal } from "./terminal.ts";
import { linesOf, writeLines } from "./write-lines.ts";

/** So many rows a table has when nobody says how many. */
export const tableLimit = 100;

/** How to show them. */
export interface ShowFlags {
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly format?: string;
  readonly wide?: boolean;
}

/** Writes what was found as it was asked for: of a table, and with a limit, the newest. */
export async function show<Row>(
  found: AsyncIterable<Row>,
  view: View<Row>,
  flags: ShowFlags,
  terminal: Terminal,
): Promise<void> {
  if (!isTable(flags)) {
    const rows = flags.limit === undefined ? found : newestOf(found, flags.limit);
    return writeRows(rows, view, flags, terminal);
  }
  let total = 0;
  const rows: Row[] = [];
  const newest = newestOf(found, flags.limit ?? tableLimit, () => {
    total += 1;
  });
  for await (const row of newest) rows.push(row);
  writeTable(rows, view, flags, terminal);
  if (rows.length === 0 || rows.length === total) return;
  const all = flags.limit === undefined ? "; --limit shows more" : "";
  terminal.stderr.write(`The newest ${rows.length} of ${many(total, ...view.counted)}${all}.\n`);
}

/** Whether rows are shown as a table, which is made when all of them are known. */
export function isTable({ json, csv, format }: ShowFlags): boolean {
  return !json && !csv && format === undefined;
}

/** Writes rows as they come, each a line. @param onClosed told that nobody reads any more */
export async function writeRows<Row>(
  rows: AsyncIterable<Row>,
  view: View<Row>,
  { json, format }: ShowFlags,
  { stdout }: Terminal,
  onClosed?: () => void,
): Promise<void> {
  if (json) await writeLines(stdout, linesOf(rows, view.json), onClosed);
  else if (view.formats && format) await writeLines(stdout, linesOf(rows, view.formats[format]!), onClosed);
  else await writeLines(stdout, linesOf(rows, view.csv, view.csvHead), onClosed);
}

/** Writes a table of rows; that there are none is said on stderr. */
export function writeTable<Row>(
  rows: readonly Row[],
  view: View<Row>,
  { wide }: ShowFlags,
  { colors, stdout, stderr, width }: Terminal,
): void {
  if (rows.length === 0) {
    stderr.write(`${view.nothing()}\n`);
    return;
  }
  const columns = wide
    ? fitColumns(view.wideColumns, rows, { colors, width: Number.POSITIVE_INFINITY })
    : fitColumns(view.columns, rows, { colors, width });
  stdout.write(`${tableLines(columns, rows, colors).join("\n")}\n`);
}
