import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AuditEntry, isSystemEvent, recordedRows } from "@openrouter-audit/core";
import { type Command, Option } from "commander";
import { exitCode } from "../exit-code.ts";
import { entryColumns, wideEntryColumns } from "../format/entry-columns.ts";
import { type Fitted, fitColumns, tableLines } from "../format/table.ts";
import { jsonLine, visible } from "../format/visible.ts";
import { JournalFollower } from "../journal/journal-follower.ts";
import { directoryArgument, existingJournal, journalDirectory } from "../journal-directory.ts";
import { isFile } from "../journal-paths.ts";
import { reportSkipped } from "../report-skipped.ts";
import type { Terminal } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";
import { writeLines } from "../write-lines.ts";

const examples = `
Examples:
  $ openrouter-audit tail                    the last ten entries
  $ openrouter-audit tail -f                 and what comes, until Ctrl-C
  $ openrouter-audit tail -f -n 0 --json | jq 'select(.status == "error")'`;

// A journal is watched by looking: notifications of file systems miss network drives and containers.
const pollMs = 200;

interface TailFlags {
  readonly follow?: boolean;
  readonly lines: number;
  readonly system?: boolean;
  readonly json?: boolean;
  readonly wide?: boolean;
}

/** `openrouter-audit tail`: what was recorded last, and what is recorded now? */
export function addTail(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("tail")
    .description("show the newest entries, and follow new ones")
    .argument("[dir]", directoryArgument)
    .option("-f, --follow", "go on showing entries as they are recorded")
    .option("-n, --lines <number>", "how many of the newest to begin with", wholeNumber, 10)
    .option("--system", "also what the log says about itself (audit.*, call_started)")
    .option("--wide", "more columns, as wide as the first entries need")
    .addOption(new Option("--json", "the whole entries, one JSON object a line").conflicts("wide"))
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: TailFlags) =>
      exitWith(await tail(directory, flags, terminal)),
    );
}

async function tail(given: string | undefined, flags: TailFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const directory = flags.follow ? directoryToFollow(given, env) : existingJournal(given, env);
  const isThere = existsSync(directory);
  if (!isThere) stderr.write(`There is no directory ${visible(directory)} yet; waiting until it is made.\n`);
  const follower = new JournalFollower(
    directory,
    (entry) => flags.system === true || !isSystemEvent(entry.event_type),
    (file) => stderr.write(`${file} became shorter: lines that were there are gone.\n`),
  );
  const newest = follower.newest(flags.lines);
  if (isThere && newest.length === 0 && flags.lines > 0) {
    const hint = flags.system ? "" : " (--system shows what the log says about itself)";
    stderr.write(
      `No calls recorded yet in ${visible(directory)}${hint}${flags.follow ? "; waiting" : ""}.\n`,
    );
  }
  const closed = new AbortController();
  const signal = flags.follow ? AbortSignal.any([terminal.untilInterrupted(), closed.signal]) : undefined;
  const batches = () => (signal ? followed(newest, follower, signal) : [newest]);
  const { lines, follow = false, system = false } = flags;
  const reading = { doing: "tail", source: resolve(directory), parameters: { lines, follow, system } };
  const count = ({ length }: Batch) => length;
  const recorded = recordedRows<Batch>(terminal.readings, reading, batches, { signal, count });
  const shown = rendered(recorded, flags.json ? jsonLines : tableFor(terminal, flags.wide));
  await writeLines(stdout, shown, () => closed.abort());
  reportSkipped(follower.skipped, stderr);
  return exitCode.fine;
}

/** One that the application has yet to make is fine. @throws UnusableError for what is there, and is no directory */
function directoryToFollow(given: string | undefined, env: Terminal["env"]): string {
  const directory = journalDirectory(given, env);
  return isFile(directory) ? existingJournal(given, env) : directory;
}

type Batch = readonly AuditEntry[];

async function* followed(
  newest: Batch,
  follower: JournalFollower,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  yield newest;
  while (!signal.aborted) {
    yield [...follower.news()];
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function* rendered(
  batches: AsyncIterable<Batch>,
  render: (batch: Batch) => readonly string[],
): AsyncGenerator<string> {
  for await (const batch of batches) {
    if (batch.length > 0) yield* render(batch);
  }
}

function jsonLines(batch: Batch): string[] {
  return batch.map(jsonLine);
}

/** Renders batches as one table that grows: the widths are found once, with room for what may come. */
function tableFor(terminal: Terminal, wide = false): (batch: Batch) => string[] {
  const { colors } = terminal;
  const [all, width] = wide ? [wideEntryColumns, Number.POSITIVE_INFINITY] : [entryColumns, terminal.width];
  let columns: readonly Fitted<AuditEntry>[] | null = null;
  return (batch) => {
    const head = columns === null;
    columns ??= fitColumns(all, batch, { colors, width, more: true });
    return tableLines(columns, batch, colors, { head });
  };
}
