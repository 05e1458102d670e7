import { many } from "./format/amounts.ts";
import { fitColumns, tableLines } from "./format/table.ts";
import type { View } from "./format/view.ts";
import { newestOf } from "./newest-of.ts";
import type { Terminal } from "./terminal.ts";
import { writeLines } from "./write-lines.ts";

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

/**
 * Writes what was found as it was asked for: of a table, and with a limit, the newest.
 *
 * @param isAll whether that is all that there is to be found; else nobody knows how many there are
 */
export async function show<Row>(
  found: AsyncIterable<Row>,
  view: View<Row>,
  flags: ShowFlags,
  terminal: Terminal,
  isAll = true,
): Promise<void> {
  const rows = flags.limit === undefined ? found : newestOf(found, flags.limit);
  if (flags.json) await writeLines(terminal.stdout, mapped(rows, view.json));
  else if (view.formats && flags.format)
    await writeLines(terminal.stdout, mapped(rows, view.formats[flags.format]!));
  else if (flags.csv) await writeLines(terminal.stdout, mapped(rows, view.csv, view.csvHead));
  else await showTable(found, view, flags, terminal, isAll);
}

async function showTable<Row>(
  found: AsyncIterable<Row>,
  view: View<Row>,
  flags: ShowFlags,
  terminal: Terminal,
  isAll: boolean,
): Promise<void> {
  const { colors, stdout, stderr, width } = terminal;
  let total = 0;
  const rows: Row[] = [];
  const newest = newestOf(found, flags.limit ?? tableLimit, () => {
    total += 1;
  });
  for await (const row of newest) rows.push(row);
  if (rows.length === 0) {
    stderr.write(`${view.nothing()}\n`);
    return;
  }
  const columns = flags.wide
    ? fitColumns(view.wideColumns, rows, { colors, width: Number.POSITIVE_INFINITY })
    : fitColumns(view.columns, rows, { colors, width });
  stdout.write(`${tableLines(columns, rows, colors).join("\n")}\n`);
  const all = flags.limit === undefined ? "; --limit shows more" : "";
  const extent = isAll ? `of ${many(total, ...view.counted)}` : "of more";
  if (rows.length < total) stderr.write(`The newest ${rows.length} ${extent}${all}.\n`);
}

async function* mapped<Row>(
  rows: AsyncIterable<Row>,
  line: (row: Row) => string,
  head?: string,
): AsyncGenerator<string> {
  if (head !== undefined) yield head;
  for await (const row of rows) yield line(row);
}
