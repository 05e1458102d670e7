import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { bytesInWords, many } from "../format/amounts.ts";
import { fitColumns, tableLines } from "../format/table.ts";
import { jsonLine } from "../format/visible.ts";
import { type Period, periodOf } from "../period.ts";
import { onBehalfOfOption } from "../readings/person.ts";
import { schemaOption } from "../store/open-store.ts";
import { addTombstoneOptions, anchorsSaid, type RetainDaysFlags, retainDays } from "../store/retain-days.ts";
import { type TableFlags, urlArgument, withPostgres } from "../store/with-postgres.ts";
import type { Terminal } from "../terminal.ts";
import { type DayOfTable, dayColumns } from "./postgres-partitions.ts";

const examples = `
Examples:
  $ openrouter-audit postgres drop postgres://owner@db.example/audit --before 400d --dry-run   what would go?
  $ openrouter-audit postgres drop postgres://owner@db.example/audit --before 400d --yes
  $ openrouter-audit postgres drop "$DATABASE" --before 2026-01-01 --yes --json

Drops whole days, the oldest first, each in an instant: its partition goes. Single rows never do. It takes the owner
of the table; whoever delivers or reads cannot. Nothing goes without --yes.

With --journal or --anchors (or OPENROUTER_AUDIT_ANCHOR_DIR) and the root key, what goes is first noted as a tombstone in the anchor log,
legal holds keep days, and from then on verify with that anchor log says INTACT of the rest:

  $ openrouter-audit postgres drop "$DATABASE" --before 400d --journal /srv/audit --yes
  $ openrouter-audit verify postgres://auditor@db.example/audit --key @public-key.txt --anchors /srv/audit/anchor

Without, nobody knows of holds, and from then on verify says TAMPERED (exit code 1) of the table, with or without --since: a log of
which the beginning is gone has SEQ_GAP, one that is gone altogether, while somebody saw it, MISSING_STREAM. So drop only days then
that nobody has to verify any more, and keep what can still be said of them: verify --json before, drop --json after.
By a policy instead of a date: openrouter-audit postgres retain --help.

Entries after the drop are still verified. A sink that begins anew delivers again what the journal still has: let retention of
the journal come first.

Exit codes: 0 dropped, or shown (--dry-run), 1 refused: --yes is missing, the table is
tampered with, or not approved, 3 not possible.`;

interface DropFlags extends TableFlags, RetainDaysFlags {
  readonly before: Period;
}

/** `openrouter-audit postgres drop`: retention. */
export function addPostgresDrop(
  postgres: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = postgres
    .command("drop")
    .description("let old days go, as a whole; nothing goes without --yes")
    .argument("[url]", urlArgument)
    .requiredOption("--before <time>", "days before this one: 400d, 2026-01-01", (text) => periodOf(text))
    .option(...schemaOption);
  addTombstoneOptions(command)
    .option(...onBehalfOfOption)
    .option("--second-approver", "drop only what another person approved: postgres approve --before")
    .addOption(new Option("--dry-run", "only show what would go").conflicts("yes"))
    .option("--yes", "drop it")
    .option("--json", "what was dropped, or would be, as JSON")
    .addHelpText("after", examples)
    .action(async (url: string | undefined, flags: DropFlags) => exitWith(await drop(url, flags, terminal)));
}

async function drop(url: string | undefined, flags: DropFlags, terminal: Terminal): Promise<number> {
  const before = flags.before.start.toISOString().slice(0, 10);
  if (flags.before.start.getTime() > Date.now())
    throw new UnusableError("--before lies ahead: only days that are over can go.");
  const { schema } = flags;
  if (anchorsSaid(flags, terminal)) return retainDays(url ?? "postgres://", { before }, flags, terminal);
  if (flags.secondApprover)
    throw new UnusableError(
      "--second-approver: approvals are in the anchor log, and none is named. Say --journal DIR or --anchors DIR.",
    );
  return withPostgres(url, flags, async (postgres, { client }) => {
    const days = (await postgres.listDays(client, { schema })).filter(({ day }) => day < before);
    if (!flags.yes) return refuse(days, before, flags, terminal);
    const onDropped = ({ day }: DayOfTable) => {
      if (!flags.json) terminal.stderr.write(`${day} is gone.\n`);
    };
    const dropped = await postgres.dropDays(client, { schema, before, onDropped });
    tell({ before, dropped: true, days: dropped }, flags, terminal);
    return exitCode.fine;
  });
}

function refuse(days: readonly DayOfTable[], before: string, flags: DropFlags, terminal: Terminal): number {
  tell({ before, dropped: false, days }, flags, terminal);
  if (flags.dryRun || days.length === 0) return exitCode.fine;
  terminal.stderr.write("Nothing was dropped: say --yes, or --dry-run to only look.\n");
  return exitCode.problem;
}

function tell(
  report: { readonly before: string; readonly dropped: boolean; readonly days: readonly DayOfTable[] },
  { json }: DropFlags,
  { stdout, stderr, colors, width }: Terminal,
): void {
  const { days, before, dropped } = report;
  if (json) {
    stdout.write(`${jsonLine(report)}\n`);
    return;
  }
  if (days.length === 0) {
    stderr.write(`The table has no days before ${before}.\n`);
    return;
  }
  const bytes = days.reduce((sum, day) => sum + day.bytes, 0);
  stdout.write(
    `${tableLines(fitColumns(dayColumns, days, { colors, width }), days, colors).join("\n")}\n` +
      `${many(days.length, "day")}, ${bytesInWords(bytes)}, ${dropped ? "dropped" : "would go"}.\n`,
  );
  stderr.write(dropped ? afterwards : beforehand);
}

const excuse =
  "of this table (SEQ_GAP, MISSING_STREAM), with any --since, for no\ntombstone was noted: give --journal DIR or --anchors DIR, and the root key, for that.";

const beforehand =
  `After that verify says TAMPERED ${excuse} Else drop only what nobody has\n` +
  "to verify any more; verify it now, and keep the report (--json): openrouter-audit postgres drop --help\n";

const afterwards =
  `From now on verify says TAMPERED ${excuse} Keep this output beside the\n` +
  "report of the last verification: together they explain it. openrouter-audit postgres drop --help says more.\n";
