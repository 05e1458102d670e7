import {
  type AuditEntry,
  type AuditStatus,
  findOrphans,
  type JournalFilter,
  readJournal,
} from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { many } from "../format/amounts.ts";
import { entryFormats } from "../format/entry-formats.ts";
import { entryView } from "../format/entry-view.ts";
import { orphanView } from "../format/orphan-view.ts";
import { fitColumns, tableLines } from "../format/table.ts";
import type { View } from "../format/view.ts";
import { directoryArgument, existingJournal } from "../journal-directory.ts";
import { newestOf } from "../newest-of.ts";
import { type Period, periodOf } from "../period.ts";
import { reportMissing } from "../report-missing.ts";
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
  $ openrouter-audit query --since yesterday --until yesterday --system --format ocsf > events.ndjson
  $ openrouter-audit query --orphans --since 7d
  $ openrouter-audit query --orphans --json | jq -r 'select(.state == "orphaned") | .exchange_id'

Times: 24h, 7d, 30m, 2w (ago); now, today, yesterday; 2026, 2026-11, 2026-11-24; 2026-11-24T09:30 (UTC
unless it says otherwise). A day or month counts from its beginning in --since, to its end in --until.

"—" is what nobody measured or said; it is never written as 0. The table shows the newest 100 entries and
fits the terminal (--wide cuts nothing); --json, --csv and --format give all, unless --limit says otherwise.
What is shown has not been verified: that is \`openrouter-audit verify\`. Where the log says that entries were
lost, of whatever user and model, that is said on stderr: sums over the others are too small then.

--format gives the entries as other systems know them, one a line: ocsf (OCSF 1.8.0: security data lakes, Splunk),
ecs (ECS 9.4: Elastic), cef (CEF: ArcSight, Microsoft Sentinel, QRadar), cloudevents (CloudEvents 1.0.2: event
buses). Each holds the exact line, so that it can still be verified. --system adds what the log says of itself:
without it a SIEM is not told of gaps. What stands where: docs/formats.md in the repository.

--orphans shows calls that began and have no end: "running" while the log that holds the start goes on,
"orphaned" when it is over (it was closed, its process is dead, or it was silent for three heartbeats).
The next process that opens the journal writes down that how an orphaned one ended is unknown; from then on
it is an entry like others (--status unknown). Only logs with \`guarantee: "write_ahead"\` have starts.`;

const tableLimit = 100;

interface QueryFlags {
  readonly user?: string;
  readonly model?: string;
  readonly status?: AuditStatus;
  readonly type?: string;
  readonly since?: Period;
  readonly until?: Period;
  readonly system?: boolean;
  readonly orphans?: boolean;
  readonly limit?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly format?: string;
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
    .addOption(
      new Option("--orphans", "calls that began and have no end, running or orphaned").conflicts("system"),
    )
    .option("-n, --limit <number>", "only the newest ones", wholeNumber)
    .option("--wide", "more columns, nothing cut to fit")
    .addOption(new Option("--json", "the whole entries, one JSON object a line").conflicts(["csv", "wide"]))
    .addOption(new Option("--csv", "for a spreadsheet; text cannot become a formula").conflicts("wide"))
    .addOption(
      new Option("--format <name>", "as a SIEM knows them, one a line")
        .choices(Object.keys(entryFormats))
        .conflicts(["json", "csv", "wide", "orphans"]),
    )
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: QueryFlags) =>
      exitWith(await query(directory, flags, terminal)),
    );
}

async function query(given: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<number> {
  const directory = existingJournal(given, terminal.env);
  const filter = filterOf(flags);
  let skipped = 0;
  const onSkipped = () => {
    skipped += 1;
  };
  if (flags.orphans) {
    let starts = 0;
    const onStart = () => {
      starts += 1;
    };
    const view = orphanView(() => starts);
    await show(findOrphans(directory, { ...filter, onStart, onSkipped }), view, flags, terminal);
    // A table has said so; that the others are empty would look like good news.
    if (starts === 0 && (flags.json || flags.csv)) terminal.stderr.write(`${view.nothing()}\n`);
  } else {
    const gaps: AuditEntry[] = [];
    const onGap = (gap: AuditEntry) => gaps.push(gap);
    await show(readJournal(directory, { ...filter, onSkipped, onGap }), entryView, flags, terminal);
    reportMissing(gaps, terminal.stderr);
  }
  reportSkipped(skipped, terminal.stderr);
  return exitCode.fine;
}

async function show<Row>(
  found: AsyncIterable<Row>,
  view: View<Row>,
  flags: QueryFlags,
  terminal: Terminal,
): Promise<void> {
  const rows = flags.limit === undefined ? found : newestOf(found, flags.limit);
  if (flags.json) await writeLines(terminal.stdout, mapped(rows, view.json));
  else if (view.formats && flags.format)
    await writeLines(terminal.stdout, mapped(rows, view.formats[flags.format]!));
  else if (flags.csv) await writeLines(terminal.stdout, mapped(rows, view.csv, view.csvHead));
  else await showTable(found, view, flags, terminal);
}

async function showTable<Row>(
  found: AsyncIterable<Row>,
  view: View<Row>,
  flags: QueryFlags,
  terminal: Terminal,
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
  if (rows.length < total)
    stderr.write(`The newest ${rows.length} of ${many(total, ...view.counted)}${all}.\n`);
}

function filterOf({ user, model, status, type, since, until, system }: QueryFlags): JournalFilter {
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

async function* mapped<Row>(
  rows: AsyncIterable<Row>,
  line: (row: Row) => string,
  head?: string,
): AsyncGenerator<string> {
  if (head !== undefined) yield head;
  for await (const row of rows) yield line(row);
}
