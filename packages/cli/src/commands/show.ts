import type { EntryTable, FoundEntry, LookedUp } from "@openrouter-audit/analysis";
import type { AuditEntry } from "@openrouter-audit/core";
import type { Command } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { many } from "../format/amounts.ts";
import { daysText } from "../format/days-text.ts";
import { entryView } from "../format/entry-view.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { daysProgressOn, progressOn } from "../progress.ts";
import { tellDeleted } from "../retention/tell-deleted.ts";
import { entryPage } from "../show/entry-page.ts";
import { type SealStatus, sealStatusOf } from "../show/seal-status.ts";
import { writeTable } from "../show-rows.ts";
import { aboutStores, rotationsOption, schemaOption } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";

const examples = `
Examples:
  $ openrouter-audit show 01a20ff7-6428-72ec-8d31-b424d3e6e5bb
  $ openrouter-audit show 01a20ff7-6428                    the beginning of an id, if it is unique
  $ openrouter-audit show gen-1795487676-PP64BIKb5pCoVyUkGSJ7 /srv/audit --key @key.txt
  $ openrouter-audit show 'openrouter-audit/web-1/01a20c9f-5753-72e8-a189-152b74689986#5'
  $ openrouter-audit show 01a20ff7-6428-72ec-8d31-b424d3e6e5bb postgres://auditor@db.example/audit --key @key.txt
  $ openrouter-audit query --wide                          where the ids come from

Who, what, when, at what cost, with what outcome; whether the entry was sealed; and what belongs to it: entries of the same
exchange, call (attempts and turns), incoming request and trace, recorded from a day before to a week after it; and what
\`openrouter-audit reconcile --write\` wrote down of its cost within a month.

An entry is found by its id, the beginning of one, the id that OpenRouter gave the generation, that of the exchange or the
call, or its place in a log (LOG#SEQ).

The seal is checked with --key, else with the key beside the journal: that the line is in canonical form, and that its log
up to the next signature is what was signed. Whether the log is whole, is what \`openrouter-audit verify\` says. Without a
key nothing is checked, and that is said.
${aboutStores}

Exit codes: 0 shown, 1 no such entry, or several, or its seal was checked and it is not sealed, 3 cannot read.`;

interface ShowFlags {
  readonly key?: string;
  readonly rotations?: string;
  readonly verify: boolean;
  readonly json?: boolean;
  readonly schema?: string;
}

/** `openrouter-audit show`: everything about one entry, for a person. */
export function addShow(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("show")
    .description("show one entry: who, what, when, cost, outcome, seal, and what belongs to it")
    .argument("<id>", "the id, or its beginning; of a generation, exchange or call; or LOG#SEQ")
    .argument("[place]", placeArgument)
    .option("--key <key>", "the public key the log must belong to, or @file (default: the journal's own)")
    .option(...rotationsOption)
    .option("--no-verify", "do not check the seal")
    .option(...schemaOption)
    .option("--json", "the entry, its seal and its neighbours, as JSON")
    .addHelpText("after", examples)
    .action(async (id: string, place: string | undefined, flags: ShowFlags) =>
      exitWith(await show(id, place, flags, terminal)),
    );
}

function show(id: string, place: string | undefined, flags: ShowFlags, terminal: Terminal): Promise<number> {
  return untilStopped(terminal, async (signal) => {
    const analysis = await loadAnalysis(terminal);
    const progress = daysProgressOn(terminal.stderr, "searching");
    return withEntries(place, flags, analysis, terminal, async (table) => {
      const options = { signal, onProgress: progress.report };
      const answer = await analysis.lookUp(table, id, options).finally(progress.end);
      if (answer.found) return showEntry(answer.found, answer, table, flags, terminal);
      return answer.several.length > 0
        ? showSeveral(answer.several, flags, terminal)
        : showNothing(id, place, table, flags, terminal);
    });
  });
}

async function showEntry(
  found: FoundEntry,
  { neighbours, correction }: Pick<LookedUp, "neighbours" | "correction">,
  table: EntryTable,
  { key, rotations, verify, json }: ShowFlags,
  terminal: Terminal,
): Promise<number> {
  const progress = progressOn(terminal.stderr, "checking the seal");
  const seal: SealStatus = verify
    ? await sealStatusOf(table, found.entry, found.day, {
        key: key === undefined ? undefined : fileOrText(key),
        rotations,
        onProgress: progress.report,
      }).finally(progress.end)
    : { checked: false, message: "not checked: --no-verify" };
  const { entry, by, others } = found;
  const answer = {
    entry,
    found_by: by,
    others,
    seal,
    correction,
    neighbours: neighbours.entries,
    more_neighbours: neighbours.more,
  };
  terminal.stdout.write(
    json ? `${jsonLine(answer)}\n` : entryPage(found, seal, { neighbours, correction }, terminal),
  );
  return seal.checked && !seal.sealed ? exitCode.problem : exitCode.fine;
}

function showSeveral(found: readonly FoundEntry[], { json }: ShowFlags, terminal: Terminal): number {
  const entries = found.map(({ entry }) => entry);
  if (json) terminal.stdout.write(`${jsonLine({ several: entries.map(nameOf) })}\n`);
  else writeTable(entries, { ...entryView, columns: severalColumns() }, {}, terminal);
  terminal.stderr.write(`${many(found.length, "entry", "entries")} fit: give more of the id of one.\n`);
  return exitCode.problem;
}

function nameOf({ id, timestamp, event_type, user_id, model, status }: AuditEntry) {
  return { id, timestamp, event_type, user_id, model, status };
}

function severalColumns() {
  const id = entryView.wideColumns.find(({ title }) => title === "id")!;
  const [time, user, model, status] = entryView.columns;
  return [id, time!, { ...user!, dispensable: true }, model!, status!];
}

async function showNothing(
  id: string,
  place: string | undefined,
  table: EntryTable,
  { json }: ShowFlags,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  const extent = daysText(await table.days());
  if (json) stdout.write(`${jsonLine({ entry: null })}\n`);
  stderr.write(
    `No entry has the id, generation, exchange or call ${visible(id)}, or an id that begins so, in ${visible(table.name)} (${extent}).\n` +
      "`openrouter-audit query --wide` shows ids.\n",
  );
  tellDeleted(place, {}, terminal);
  return exitCode.problem;
}
