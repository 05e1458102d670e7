import type { EntryFilter } from "@openrouter-audit/analysis";
import { type Command, Option } from "commander";
import { type Analysis, loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode } from "../exit-code.ts";
import { entryFormats } from "../format/entry-formats.ts";
import { existingJournal } from "../journal-directory.ts";
import { type SearchFlags, searchEntries } from "../query/entry-search.ts";
import { addFilterOptions, type FilterFlags, filterOf } from "../query/filter-flags.ts";
import { searchOrphans } from "../query/orphan-search.ts";
import { queryHelp } from "../query/query-help.ts";
import { tellDeleted } from "../retention/tell-deleted.ts";
import { schemaOption, storeIn, withStore } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";
import { oneOrMore } from "../whole-number.ts";

interface QueryFlags extends FilterFlags, SearchFlags {
  readonly orphans?: boolean;
  readonly schema?: string;
}

/** `openrouter-audit query`: who called which model, when, and what became of it? */
export function addQuery(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const command = program
    .command("query")
    .description("search a log; every condition given must hold")
    .argument("[place]", placeArgument);
  addFilterOptions(command)
    .addOption(
      new Option("--orphans", "calls that began and have no end, running or orphaned").conflicts([
        "system",
        "order",
        "cursor",
      ]),
    )
    .option("-n, --limit <number>", "only so many: the newest, or the first of --order", oneOrMore)
    .option("--order <column>", "by any column, -cost_usd for the greatest first (default: as recorded)")
    .option("--cursor <text>", "go on where a page ended; it was told on stderr")
    .option("--wide", "more columns, nothing cut to fit")
    .addOption(new Option("--json", "the whole entries, one JSON object a line").conflicts(["csv", "wide"]))
    .addOption(new Option("--csv", "for a spreadsheet; text cannot become a formula").conflicts("wide"))
    .option(...schemaOption)
    .addOption(
      new Option("--format <name>", "as a SIEM knows them, one a line")
        .choices(Object.keys(entryFormats))
        .conflicts(["json", "csv", "wide", "orphans"]),
    )
    .addHelpText("after", queryHelp)
    .action(async (place: string | undefined, flags: QueryFlags) =>
      exitWith(await query(place, flags, terminal)),
    );
}

function query(place: string | undefined, flags: QueryFlags, terminal: Terminal): Promise<number> {
  return untilStopped(terminal, async (signal) => {
    const analysis = await loadAnalysis(terminal);
    const filter = filterOf(flags, analysis);
    if (flags.orphans) await orphansOf(place, flags, filter, analysis, terminal);
    else
      await withEntries(place, flags, analysis, terminal, (table) =>
        searchEntries(table, filter, analysis, flags, { ...terminal, signal }),
      );
    if (filter.since || filter.until) tellDeleted(place, filter, terminal);
    return exitCode.fine;
  });
}

/** What has no end is not asked of a table: what ended it may stand anywhere, and who wrote it must be looked at. */
async function orphansOf(
  place: string | undefined,
  flags: QueryFlags,
  filter: EntryFilter,
  analysis: Analysis,
  terminal: Terminal,
): Promise<void> {
  const store = storeIn(place === undefined ? [] : [place], flags.schema);
  if (store === null) {
    const directory = existingJournal(place, terminal.env);
    return searchOrphans(directory, filter, analysis, flags, terminal);
  }
  return withStore(store, flags.schema, (source) => searchOrphans(source, filter, analysis, flags, terminal));
}
