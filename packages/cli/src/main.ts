import { AuditError } from "@openrouter-audit/core";
import { Command, CommanderError } from "commander";
import type { CommandIo } from "./command-io.ts";
import { addAnchor } from "./commands/anchor.ts";
import { addArchive } from "./commands/archive.ts";
import { addCheck } from "./commands/check.ts";
import { addDelivery } from "./commands/delivery.ts";
import { addExport } from "./commands/export.ts";
import { addHoldCommand } from "./commands/hold.ts";
import { addInit } from "./commands/init.ts";
import { addKeys } from "./commands/keys.ts";
import { addLake } from "./commands/lake.ts";
import { addPostgres } from "./commands/postgres.ts";
import { addProve } from "./commands/prove.ts";
import { addProveConsistency } from "./commands/prove-consistency.ts";
import { addQuery } from "./commands/query.ts";
import { addReconcile } from "./commands/reconcile.ts";
import { addReport } from "./commands/report.ts";
import { addRetain } from "./commands/retain.ts";
import { addShow } from "./commands/show.ts";
import { addSql } from "./commands/sql.ts";
import { addTail } from "./commands/tail.ts";
import { addVerify } from "./commands/verify.ts";
import { addVerifyProof } from "./commands/verify-proof.ts";
import { addWitness } from "./commands/witness.ts";
import { exitCode, UnusableError } from "./exit-code.ts";
import { forbiddenText } from "./forbidden.ts";
import { jsonLine, visible } from "./format/visible.ts";
import { missingInWords } from "./missing-in-words.ts";
import { noAnchorLogText } from "./no-anchor-log.ts";
import { type Terminal, terminalOf } from "./terminal.ts";
import { version } from "./version.ts";

export type { CommandIo, Output } from "./command-io.ts";

const lesson = `
A first round:
  $ openrouter-audit init                    make a secret, and the public key for the auditor
  $ openrouter-audit check                   is the OpenRouter API key good, is the API reachable?
  $ openrouter-audit tail -f                 watch calls as they are recorded
  $ openrouter-audit query --since 24h       who called which model, at what cost?
  $ openrouter-audit show <ID>               everything about one entry
  $ openrouter-audit report --period 24h     sums, costs, errors, and what needs attention
  $ openrouter-audit reconcile --since 7d    did calls bypass the log? ask OpenRouter
  $ openrouter-audit sql "select …"          ask it anything else, in SQL
  $ openrouter-audit verify --key <KEY>      has anybody changed the log?
  $ openrouter-audit keys                    which keys are trusted, and why?
  $ openrouter-audit prove <ID>              show one entry to others, without the rest of the log
  $ openrouter-audit export --since … --until … --out x.zip   hand a period over to an auditor
  $ openrouter-audit anchor                  note what it is now, where it cannot be taken back
  $ openrouter-audit hold add                keep what must not be deleted
  $ openrouter-audit delivery                has every sink got everything?
  $ openrouter-audit postgres migrate        make the table that a fleet delivers to
  $ openrouter-audit lake --out ./lake       write Parquet, for Spark, Trino, Athena, BigQuery, ClickHouse
  $ openrouter-audit retain --dry-run        what is old enough to be compressed, or deleted?
  $ openrouter-audit archive upload …        keep it in S3 too, where nobody can remove it

The journal is read from [dir], else OPENROUTER_AUDIT_DIR, else ./audit_logs. All times are UTC.
With OPENROUTER_AUDIT_READS_DIR, a journal there says who read what.
Exit codes: 0 fine, 1 tampered or a problem found, 2 incomplete (each command's --help says of what), 3 cannot read or not understood.
Each command explains itself: openrouter-audit verify --help`;

/** Runs one command line (without `node` and the script) and resolves with its exit code. Never rejects. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const terminal = terminalOf(io, argv);
  let code: number = exitCode.fine;
  const program = programFor(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: "user" }).finally(() => terminal.readings?.close());
    return code;
  } catch (error) {
    if (argv.includes("--json") && answersOnce.has(argv.find((word) => !word.startsWith("-")) ?? ""))
      terminal.stdout.write(errorLine(error));
    return codeOf(error, terminal);
  }
}

function programFor(terminal: Terminal, exitWith: (code: number) => void): Command {
  const { stdout, stderr, colors } = terminal;
  const program = new Command("openrouter-audit")
    .description(
      "The audit trail for LLM calls through OpenRouter: make keys, watch, search, report, verify.",
    )
    .version(version, "-V, --version", "print the version")
    .option("--no-color", "no colours (as does the environment variable NO_COLOR)")
    .helpOption("-h, --help", "show how this is used")
    .helpCommand(false)
    .addHelpText("after", lesson)
    .configureHelp({ styleTitle: (title) => colors.bold(title) })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) =>
        write(`${visible(text.trimEnd(), "\n").replace("error:", "openrouter-audit:")}\n`),
      getOutHelpWidth: () => Math.min(terminal.width, 110),
      getErrHelpWidth: () => Math.min(terminal.width, 110),
      getOutHasColors: () => colors.isColorSupported,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Add --help to see how it is used.")
    .exitOverride();
  const commands = [
    addInit,
    addVerify,
    addAnchor,
    addWitness,
    addQuery,
    addReport,
    addReconcile,
    addShow,
    addSql,
    addTail,
    addDelivery,
    addCheck,
    addKeys,
    addProve,
    addProveConsistency,
    addVerifyProof,
    addPostgres,
    addLake,
    addHoldCommand,
    addRetain,
    addArchive,
    addExport,
  ];
  for (const add of commands) add(program, terminal, exitWith);
  return program;
}

/** Commands whose `--json` is one answer: when there is none, that is it. Others write a line for each thing they find. */
const answersOnce: ReadonlySet<string> = new Set(["export", "verify", "reconcile"]);

function errorLine(error: unknown): string {
  if (error instanceof CommanderError && error.exitCode === 0) return "";
  const code = error instanceof AuditError ? error.code : "UNUSABLE";
  return `${jsonLine({ error: { code, message: messageOf(error) } })}\n`;
}

function codeOf(error: unknown, { stderr }: Terminal): number {
  // Commander has said everything already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.unusable;
  stderr.write(`openrouter-audit: ${visible(messageOf(error), "\n")}\n`);
  return exitCode.unusable;
}

function messageOf(error: unknown): string {
  const known = forbiddenText(error) ?? noAnchorLogText(error);
  if (known !== null) return known;
  const expected = error instanceof UnusableError || error instanceof AuditError;
  if (expected) return missingInWords(error.message);
  if (!(error instanceof Error)) return String(error);
  // A file that can't be read explains itself; anything else is a mistake of ours, and its stack helps to find it.
  return "syscall" in error ? missingInWords(error.message) : (error.stack ?? error.message);
}
