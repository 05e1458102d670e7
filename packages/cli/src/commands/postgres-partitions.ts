import type { Command } from "commander";
import { exitCode } from "../exit-code.ts";
import { bytesInWords, many } from "../format/amounts.ts";
import { type Column, fitColumns, tableLines } from "../format/table.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { schemaOption } from "../store/open-store.ts";
import { type TableFlags, urlArgument, withPostgres } from "../store/with-postgres.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit postgres partitions postgres://auditor@db.example/audit
  $ openrouter-audit postgres partitions "$DATABASE" --json | jq '.days | map(.bytes) | add'

Exit codes: 0 shown, 3 cannot read.`;

/** One day of the table. */
export interface DayOfTable {
  readonly day: string;
  readonly partition: string;
  readonly bytes: number;
}

export const dayColumns: readonly Column<DayOfTable>[] = [
  { title: "day (UTC)", cell: ({ day }) => visible(day) },
  { title: "partition", cell: ({ partition }) => visible(partition) },
  { title: "size", cell: ({ bytes }) => bytesInWords(bytes), align: "right" },
];

/** `openrouter-audit postgres partitions`: which days there are, and how large. */
export function addPostgresPartitions(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  postgres
    .command("partitions")
    .description("show the days that the table has, and how large they are with their indexes")
    .argument("[url]", urlArgument)
    .option(...schemaOption)
    .option("--json", "as JSON")
    .addHelpText("after", examples)
    .action(async (url: string | undefined, flags: TableFlags) => exitWith(await show(url, flags, terminal)));
}

async function show(url: string | undefined, flags: TableFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr, colors, width } = terminal;
  const days = await withPostgres(url, flags, (postgres, { client }) =>
    postgres.listDays(client, { schema: flags.schema }),
  );
  if (flags.json) stdout.write(`${jsonLine({ days })}\n`);
  else if (days.length === 0) stderr.write("The table is empty: it has no days yet.\n");
  else {
    const lines = tableLines(fitColumns(dayColumns, days, { colors, width }), days, colors);
    const bytes = days.reduce((sum, day) => sum + day.bytes, 0);
    stdout.write(`${lines.join("\n")}\n`);
    stderr.write(`${many(days.length, "day")}, ${bytesInWords(bytes)}.\n`);
  }
  return exitCode.fine;
}
