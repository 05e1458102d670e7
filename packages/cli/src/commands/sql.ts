import { readFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import type { SqlAnswer } from "@openrouter-audit/analysis";
import { type Command, Option } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { placeArgument, withEntries } from "../analysis/with-entries.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { columnsText } from "../format/sql-columns-text.ts";
import { visible } from "../format/visible.ts";
import { checkOrder, type Period, periodOf, toldOf } from "../period.ts";
import { progressOn } from "../progress.ts";
import { reportSkipped } from "../report-skipped.ts";
import { type AnswerFlags, showAnswer } from "../sql/show-answer.ts";
import { sqlHelp } from "../sql/sql-help.ts";
import { schemaOption } from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { untilStopped } from "../until-stopped.ts";
import { oneOrMore } from "../whole-number.ts";

interface SqlFlags extends AnswerFlags {
  readonly file?: string;
  readonly since?: Period;
  readonly until?: Period;
  readonly columns?: boolean;
  readonly schema?: string;
}

/** `openrouter-audit sql`: what no flag of query asks, in SQL. */
export function addSql(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("sql")
    .description("ask the log in SQL: one SELECT over the views calls, entries and lines")
    .argument("[statement]", 'the statement, "select …"; - reads it from standard input')
    .argument("[place]", placeArgument)
    .option("-f, --file <file>", "the statement is in a file; then only [place] is given")
    .option("--since <time>", `only entries ${toldOf.since}; days before are not read`, (text) =>
      periodOf(text),
    )
    .option("--until <time>", `only entries ${toldOf.until}`, (text) => periodOf(text))
    .option("-n, --limit <number>", "only so many rows, the first", oneOrMore)
    .option("--wide", "all columns, nothing cut to fit")
    .addOption(new Option("--json", "one JSON object a line").conflicts(["csv", "wide"]))
    .addOption(new Option("--csv", "for a spreadsheet; text cannot become a formula").conflicts("wide"))
    .option("--columns", "list the columns of entries, and ask nothing")
    .option(...schemaOption)
    .addHelpText("after", sqlHelp)
    .action(async (first: string | undefined, second: string | undefined, flags: SqlFlags) =>
      exitWith(await sql(first, second, flags, terminal)),
    );
}

async function sql(
  first: string | undefined,
  second: string | undefined,
  flags: SqlFlags,
  terminal: Terminal,
): Promise<number> {
  const analysis = await loadAnalysis(terminal);
  if (flags.columns) {
    terminal.stdout.write(columnsText(analysis.describedColumns, flags.json === true, terminal.colors));
    return exitCode.fine;
  }
  const { statement, place } = await whatIsAsked(first, second, flags, terminal);
  return untilStopped(terminal, async (signal) => {
    await withEntries(place, flags, analysis, terminal, async (table) => {
      const progress = progressOn(terminal.stderr, "reading");
      const asking = analysis.sql(table, statement, {
        since: flags.since?.start,
        until: flags.until?.end,
        signal,
        onProgress: progress.report,
      });
      const answer: SqlAnswer = await asking.finally(progress.end);
      await showAnswer(answer, flags, terminal).finally(answer.close);
      reportSkipped(answer.unreadable ?? 0, terminal.stderr);
    });
    return exitCode.fine;
  });
}

interface Asked {
  readonly statement: string;
  readonly place: string | undefined;
}

/** @throws UnusableError */
async function whatIsAsked(
  first: string | undefined,
  second: string | undefined,
  { file, ...period }: SqlFlags,
  { stdin }: Terminal,
): Promise<Asked> {
  checkOrder(period);
  if (file !== undefined) {
    if (second !== undefined)
      throw new UnusableError(
        "Give the statement or --file, not both; what stands beside --file is the place.",
      );
    return { statement: statementIn(file), place: first };
  }
  if (first === undefined)
    throw new UnusableError('Give a statement: openrouter-audit sql "select count(*) from calls".');
  if (second !== undefined && /^\s*(?:select|with|from|values|explain|describe)\s/i.test(second))
    throw new UnusableError(
      `The statement comes first, and then the place: openrouter-audit sql "select …" ${first.includes(":") ? "postgres://…" : visible(first)}.`,
    );
  if (first !== "-") return { statement: first, place: second };
  if (!stdin) throw new UnusableError("There is no standard input to read the statement from.");
  return { statement: await textOf(stdin()), place: second };
}

function statementIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UnusableError(`Cannot read ${file}: ${(cause as Error).message}.`, { cause });
  }
}
