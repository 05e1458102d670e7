import {
  type AuditEntry,
  type AuditStatus,
  type ReadJournalOptions,
  readJournal,
} from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { many } from "../format/amounts.ts";
import { entryColumns, wideEntryColumns } from "../format/entry-columns.ts";
import { csvHead, entryCsv } from "../format/entry-csv.ts";
import { fitColumns, tableLines } from "../format/table.ts";
import { jsonLine } from "../format/visible.ts";
import { directoryArgument, existingJournal } from "../journal-directory.ts";
import { newestOf } from "../newest-of.ts";
import { type Period, periodOf } from "../period.ts";
import { reportSkipped } from "../report-skipped.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeLines } from "../write-lines.ts";

const examples = `
Examples:
  $ openrouter-audit query --since 24h
  $ openrouter-audit query --user u-42 --since 2026-11 --until 2026-11
  $ openrouter-audit query --model 'openai/*' --status error --wide
  $ openrouter-audit query --since yesterday --csv > calls.csv
  $ openrouter-audit query --json | jq -s 'map(.cost_usd // 0) | add'

Times: 24h, 7d, 30m, 2w (ago); now, today, yesterday; 2026, 2026-11, 2026-11-24; 2026-11-24T09:30 (UTC
unless it says otherwise). A day or month counts from its beginning in --since, to its end in --until.

"—" is what nobody measured or said; it is never written as 0. The table shows the newest 100 entries and
fits the terminal (--wide cuts nothing); --json and --csv give all, unless --limit says otherwise.
What is shown has not been verified: that is \`openrouter-audit verify\`.`;

const tableLimit = 100;

interface QueryFlags {
  readonly user?: string;
  readonly model?: string;
  readonly status?: AuditStatus;
  readonly type?: string;
  readonly since?: Period;
  readonly until?: Period;
  readonly system?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly wide?: boolean;
}

/** `openrouter-audit query`: who called which model, when, and what became of it? */
export function addQuery(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("query")
    .description("search a journal; every condition given must hold")
    .argument("[dir]", directoryArgument)
    .option("-u, --user <id>", "calls of this user")
    .option("-m, --model <name>", "calls of this model, or of those beginning so: 'openai/*'")
    .addOption(
      new Option("-s, --status <status>", "how it ended").choices(["success", "error", "aborted", "unknown"]),
    )
    .option("-t, --type <event>", "events of this type, or of those beginning so: 'audit.*'")
    .option("--since <time>", "from this time on", (text) => periodOf(text))
    .option("--until <time>", "before this time", (text) => periodOf(text))
    .option("--system", "also what the log says about itself (audit.*, call_started)")
    .option("-n, --limit <number>", "only the newest ones", wholeNumber)
    .option("--wide", "more columns, nothing cut to fit")
    .addOption(new Option("--json", "the whole entries, one JSON object a line").conflicts(["csv", "wide"]))
    .addOption(new Option("--csv", "for a spreadsheet; text cannot become a formula").conflicts("wide"))
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: QueryFlags) =>
      exitWith(await query(directory, flags, terminal)),
    );
}

async function query(given: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<number> {
  const directory = existingJournal(given, terminal.env);
  let skipped = 0;
  const found = readJournal(directory, {
    ...filterOf(flags),
    onSkipped: () => {
      skipped += 1;
    },
  });
  const entries = flags.limit === undefined ? found : newestOf(found, flags.limit);
  if (flags.json) await writeLines(terminal.stdout, mapped(entries, jsonLine));
  else if (flags.csv) await writeLines(terminal.stdout, mapped(entries, entryCsv, csvHead));
  else await showTable(found, flags, terminal);
  reportSkipped(skipped, terminal.stderr);
  return exitCode.fine;
}

async function showTable(
  found: AsyncIterable<AuditEntry>,
  flags: QueryFlags,
  terminal: Terminal,
): Promise<void> {
  const { colors, stdout, stderr, width } = terminal;
  let total = 0;
  const rows: AuditEntry[] = [];
  const newest = newestOf(found, flags.limit ?? tableLimit, () => {
    total += 1;
  });
  for await (const entry of newest) rows.push(entry);
  if (rows.length === 0) {
    stderr.write("No entries match.\n");
    return;
  }
  const columns = flags.wide
    ? fitColumns(wideEntryColumns, rows, { colors, width: Number.POSITIVE_INFINITY })
    : fitColumns(entryColumns, rows, { colors, width });
  stdout.write(`${tableLines(columns, rows, colors).join("\n")}\n`);
  const all = flags.limit === undefined ? "; --limit shows more" : "";
  if (rows.length < total)
    stderr.write(`The newest ${rows.length} of ${many(total, "entry", "entries")}${all}.\n`);
}

function filterOf({ user, model, status, type, since, until, system }: QueryFlags): ReadJournalOptions {
  if (since && until && since.start >= until.end)
    throw new UnusableError("Nothing can match: --since is not before --until.");
  return {
    ...(user !== undefined && { userId: user }),
    ...(model !== undefined && { model }),
    ...(status !== undefined && { status }),
    ...(type !== undefined && { eventType: type }),
    ...(since && { since: since.start }),
    ...(until && { until: until.end }),
    ...(system && { system }),
  };
}

async function* mapped(
  entries: AsyncIterable<AuditEntry>,
  line: (entry: AuditEntry) => string,
  head?: string,
): AsyncGenerator<string> {
  if (head !== undefined) yield head;
  for await (const entry of entries) yield line(entry);
}
