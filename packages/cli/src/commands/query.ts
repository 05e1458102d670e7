import {
  type AuditEntry,
  type AuditSource,
  type AuditStatus,
  findOrphans,
  type JournalFilter,
  readJournal,
} from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode, UnusableError } from "../exit-code.ts";
import { entryFormats } from "../format/entry-formats.ts";
import { entryView } from "../format/entry-view.ts";
import { orphanView } from "../format/orphan-view.ts";
import { directoryArgument, existingJournal } from "../journal-directory.ts";
import { type Period, periodOf } from "../period.ts";
import { reportMissing } from "../report-missing.ts";
import { reportSkipped } from "../report-skipped.ts";
import { show, tableLimit } from "../show-rows.ts";
import { aboutStores, schemaOption, storeIn, withStore } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

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
  $ openrouter-audit query postgres://auditor@db.example/audit --user u-42 --limit 20

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
it is an entry like others (--status unknown). Only logs with \`guarantee: "write_ahead"\` have starts.
${aboutStores}
Its columns find the rows, and its lines are what is shown. --orphans reads all of it, twice.`;

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
  readonly schema?: string;
}

/** `openrouter-audit query`: who called which model, when, and what became of it? */
export function addQuery(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("query")
    .description("search a journal; every condition given must hold")
    .argument("[dir]", `${directoryArgument}; or postgres://user@host/database`)
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
    .option(...schemaOption)
    .addOption(
      new Option("--format <name>", "as a SIEM knows them, one a line")
        .choices(Object.keys(entryFormats))
        .conflicts(["json", "csv", "wide", "orphans"]),
    )
    .addHelpText("after", examples)
    .action(async (journal: string | undefined, flags: QueryFlags) =>
      exitWith(await query(journal, flags, terminal)),
    );
}

/** Where to search. */
interface Searched {
  readonly read: AuditSource["read"];
  readonly orphansIn: string | AuditSource;
  /** A store finds the newest by an index: then nothing else is read, and nobody counts what else there is. */
  readonly findsNewest: boolean;
}

async function query(given: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<number> {
  const store = storeIn(given === undefined ? [] : [given], flags.schema);
  if (store === null) {
    const directory = existingJournal(given, terminal.env);
    const read: AuditSource["read"] = (options) => readJournal(directory, options);
    return search({ read, orphansIn: directory, findsNewest: false }, flags, terminal);
  }
  const signal = terminal.untilInterrupted();
  return withStore(store, flags.schema, (source) => {
    const read: AuditSource["read"] = (options) => source.read({ ...options, signal });
    return search({ read, orphansIn: source, findsNewest: true }, flags, terminal);
  }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    terminal.stderr.write("Stopped.\n");
    return exitCode.unusable;
  });
}

async function search(
  { read, orphansIn, findsNewest }: Searched,
  flags: QueryFlags,
  terminal: Terminal,
): Promise<number> {
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
    await show(findOrphans(orphansIn, { ...filter, onStart, onSkipped }), view, flags, terminal);
    // A table has said so; that the others are empty would look like good news.
    if (starts === 0 && (flags.json || flags.csv)) terminal.stderr.write(`${view.nothing()}\n`);
  } else {
    const gaps: AuditEntry[] = [];
    const onGap = (gap: AuditEntry) => gaps.push(gap);
    const newest = findsNewest ? newestWanted(flags) : undefined;
    const found = read({ ...filter, onSkipped, onGap, ...(newest !== undefined && { newest }) });
    await show(found, entryView, flags, terminal, newest === undefined);
    reportMissing(gaps, terminal.stderr);
  }
  reportSkipped(skipped, terminal.stderr);
  return exitCode.fine;
}

/** How many to ask for; of a table one more, to know whether there are more. */
function newestWanted({ limit, json, csv, format }: QueryFlags): number | undefined {
  return json || csv || format !== undefined ? limit : (limit ?? tableLimit) + 1;
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
