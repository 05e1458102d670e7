import type { WriteLakeOptions, WrittenLake } from "@openrouter-audit/analysis";
import type { Command } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { answerLine } from "../format/answer-line.ts";
import { lakeText, refusedText } from "../format/lake-text.ts";
import { existingJournal } from "../journal-directory.ts";
import { checkOrder, type Period, periodOf, toldOf } from "../period.ts";
import { progressOn } from "../progress.ts";
import { isLakePlace } from "../store/lake-place.ts";
import { aboutStores, isStore, schemaOption, storeIn, withStore } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { version } from "../version.ts";

const examples = `
Examples:
  $ openrouter-audit lake --out ./lake                                   the journal of this application
  $ openrouter-audit lake /srv/audit --out /srv/lake --json | jq .written
  $ openrouter-audit lake /srv/audit --out /srv/lake --prune             retention reaches the lake too
  $ openrouter-audit lake postgres://auditor@db.example/audit --out ./lake --since 7d
  $ openrouter-audit verify ./lake --key @public-key.txt
  $ aws s3 sync ./lake s3://my-bucket/lake --delete --exclude '_*'

The lake has a folder for each UTC day, and in it a Parquet file for each file of the journal, archives too:
the columns of an entry, and the line exactly as it was sealed. Spark, Trino, Athena, BigQuery, ClickHouse,
DuckDB and pandas read it as it is: docs/lake.md of the project has the statement for each.

Run it as often as you like, from cron: files that did not change are not read again, one that grew is written
anew. Each is there whole or not at all, also when this is killed; the next run goes on from there. A line that
is no entry is kept too, with null columns. What the journal no longer has is named, and goes with --prune.
Each journal has a lake of its own: the lake of another one is refused, and stays as it is. The directory above may
be that of many: --out /srv/lakes/host-1, and so on.

Nothing is verified here. The lines that are in the lake can be, as in the journal: verify LAKE --key KEY.
${aboutStores}
It becomes a file for each day, which is read each time.

Exit codes: 0 fine, 1 an archive of the journal does not unpack, 3 not possible.`;

interface LakeFlags {
  readonly out: string;
  readonly prune?: boolean;
  readonly since?: Period;
  readonly until?: Period;
  readonly schema?: string;
  readonly json?: boolean;
}

/** `openrouter-audit lake`: the log where engines for many machines read it. */
export function addLake(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("lake")
    .description("write the log as Parquet files, for Spark, Trino, Athena, BigQuery, ClickHouse")
    .argument("[place]", "the journal (default: OPENROUTER_AUDIT_DIR, else ./audit_logs), or a store")
    .requiredOption("--out <dir>", "the lake: a directory that is one, or is empty, or not there yet")
    .option("--prune", "remove from the lake what the journal no longer has")
    .option("--since <time>", "only the files of this day or month and later ones", (text) => periodOf(text))
    .option("--until <time>", `only the files ${toldOf.untilDay}`, (text) => periodOf(text))
    .option(...schemaOption)
    .option("--json", "what was done, as JSON")
    .addHelpText("after", examples)
    .action(async (place: string | undefined, flags: LakeFlags) =>
      exitWith(await lake(place, flags, terminal)),
    );
}

async function lake(place: string | undefined, flags: LakeFlags, terminal: Terminal): Promise<number> {
  const { stdout, stderr, env, colors } = terminal;
  if (isLakePlace(place))
    throw new UnusableError(`${place} is a lake already. Name the journal that it is made of.`);
  const begun = performance.now();
  const { written, source } = await (isStore(place)
    ? fromStore(storeIn([place], flags.schema)!, flags, terminal)
    : fromJournal(existingJournal(place, env), flags, terminal));
  const seconds = (performance.now() - begun) / 1000;
  stdout.write(flags.json ? answerLine(written) : lakeText(written, source, seconds, colors));
  stderr.write(refusedText(written));
  return written.refused.length > 0 ? exitCode.problem : exitCode.fine;
}

interface Done {
  readonly written: WrittenLake;
  /** As messages name it. */
  readonly source: string;
}

async function fromJournal(directory: string, flags: LakeFlags, terminal: Terminal): Promise<Done> {
  if (flags.schema !== undefined) storeIn([directory], flags.schema);
  const { writeLake } = await loadAnalysis(terminal);
  const written = await shown(terminal, flags, (options) => writeLake(directory, flags.out, options));
  return { written, source: directory };
}

function fromStore(url: string, flags: LakeFlags, terminal: Terminal): Promise<Done> {
  return withStore(url, flags.schema, async (source) => {
    const { writeLake } = await loadAnalysis(terminal);
    const written = await shown(terminal, flags, (options) => writeLake(source, flags.out, options));
    return { written, source: source.name };
  });
}

function shown(
  { stderr, untilInterrupted }: Terminal,
  { prune, since, until }: LakeFlags,
  work: (options: WriteLakeOptions) => Promise<WrittenLake>,
): Promise<WrittenLake> {
  checkOrder({ since, until });
  const progress = progressOn(stderr, "writing");
  const signal = untilInterrupted();
  return work({
    signal,
    prune,
    since: since?.start,
    until: until?.end,
    writer: `openrouter-audit/${version}`,
    onProgress: progress.report,
  })
    .catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      throw new UnusableError(
        "Stopped. What was written by then is in the lake; the next run goes on from there.",
      );
    })
    .finally(() => progress.end());
}
