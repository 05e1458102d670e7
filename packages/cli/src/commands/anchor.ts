import { existsSync, readFileSync } from "node:fs";
import {
  type AnchorRun,
  type AnchorSink,
  anchorJournal,
  checkpointCopy,
  knownHeadsFile,
  rootKeyFor,
  timeStampSink,
  witnessSink,
} from "@openrouter-audit/anchor";
import type { Command } from "commander";
import { tellDamage } from "../anchor-damaged.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { anchorText } from "../format/anchor-text.ts";
import { answerLine } from "../format/answer-line.ts";
import {
  anchorsFor,
  anchorsOption,
  directoryArgument,
  existingJournal,
  journalDirectory,
} from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { progressOn } from "../progress.ts";
import { several } from "../several.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit anchor                                          once an hour, by cron
  $ openrouter-audit anchor --copy-to /mnt/elsewhere/checkpoint      a share, a stick, a repository
  $ openrouter-audit anchor --tsa https://freetsa.org/tsr --tsa-ca freetsa-root.pem
  $ openrouter-audit anchor --witness https://w.example --witness-key @w.example.vkey
  $ openrouter-audit anchor --anchors /var/lib/audit-anchors --json | jq .contradicted

What it is for: whoever can write the journal can cut off its end, remove a log, or put back an old
copy, and what is left verifies. Each run checks the journal against what it was at the run before,
writes its newest heads to an anchor log, signed with the root key, and leaves one small text for all
of it, the checkpoint. As soon as a copy of that is where they cannot reach it, none of this can be
done unseen any more. A checkpoint holds no entry, no prompt and no name of a user.

The root key is found as the application finds it: OPENROUTER_AUDIT_ROOT_KEY_FILE, else the secret of
OPENROUTER_AUDIT_SECRET, else of the file secret in the journal. A key service is used from code.

Best run as another user than the application, with --anchors where only that user can write. The
place that keeps the checkpoint must be somebody else's: a witness on another host, an authority
that time-stamps, the auditor's disk. On the same host, it falls to whoever takes the host.

Time-stamps are in receipts/ and can be checked without this software:
  $ openssl ts -verify -data 12.checkpoint -in 12.tsr -CAfile freetsa-root.pem

Exit codes: 0 anchored, 1 the journal (or the anchor log itself) is not what it was, 2 anchored, but
some place could not keep it, and it is tried again in the next run, 3 nothing was anchored.`;

interface AnchorFlags {
  readonly anchors?: string;
  readonly name?: string;
  readonly headsTo?: string;
  readonly copyTo?: string;
  readonly tsa?: string;
  readonly tsaCa?: string;
  readonly witness?: readonly string[];
  readonly witnessKey?: readonly string[];
  readonly json?: boolean;
}

/** `openrouter-audit anchor`: what is in the journal now, noted where it cannot be taken back. */
export function addAnchor(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("anchor")
    .description("note what the journal is now, so that nothing of it can be taken back unseen")
    .argument("[dir]", directoryArgument)
    .option(...anchorsOption)
    .option(...nameOption)
    .option("--heads-to <file>", "put the head of the anchor log into this file of known heads")
    .option("--copy-to <file>", "put a copy of the checkpoint there")
    .option("--tsa <url>", "have the checkpoint time-stamped there (RFC 3161)")
    .option("--tsa-ca <file>", "check the time-stamp with these certificates (PEM) before it is kept")
    .option("--witness <url>", "have a witness cosign the checkpoint; may be given again", several)
    .option(
      "--witness-key <key>",
      "its public key, or @file; once for each --witness, in their order",
      several,
    )
    .option("--json", "what was done, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: AnchorFlags) =>
      exitWith(await anchor(directory, flags, terminal)),
    );
}

async function anchor(given: string | undefined, flags: AnchorFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr } = terminal;
  const directory = journalDirectory(given, env);
  const anchors = anchorsFor(directory, flags, env);
  // Of a journal that was anchored, it is for the anchor log to say that nothing is left.
  if (!existsSync(anchors)) existingJournal(given, env);
  const sinks = sinksOf(flags);
  const progress = progressOn(stderr, "verifying");
  const run = await anchorJournal({
    directory,
    anchors,
    root: rootKeyFor(directory, { name: flags.name, env }),
    sinks,
    onProgress: progress.report,
  })
    .catch(tellDamage(stderr))
    .finally(() => progress.end());
  if (run === null) return exitCode.problem;
  stdout.write(flags.json ? answerLine(forPrograms(run)) : anchorText(run, terminal.colors));
  return codeOf(run);
}

function codeOf({ contradicted, sinks }: AnchorRun): number {
  const outcomes = sinks.map(({ outcome }) => outcome);
  if (contradicted.length > 0 || outcomes.includes("contradicted")) return exitCode.problem;
  return outcomes.includes("failed") ? exitCode.incomplete : exitCode.fine;
}

/** Of the verification only its result: `verify` tells the rest. */
function forPrograms({ verification: { result, paths, entries }, ...run }: AnchorRun) {
  return { ...run, journal: { paths, result, entries } };
}

function sinksOf(flags: AnchorFlags): AnchorSink[] {
  const { headsTo, copyTo, tsa, tsaCa, witness = [], witnessKey = [] } = flags;
  if (tsaCa !== undefined && tsa === undefined)
    throw new UnusableError("--tsa-ca needs --tsa URL: where to have the checkpoint time-stamped.");
  if (witness.length !== witnessKey.length)
    throw new UnusableError(
      "Each --witness URL needs a --witness-key: the public key that the witness printed when it was started.",
    );
  return [
    ...(headsTo === undefined ? [] : [knownHeadsFile(headsTo)]),
    ...(copyTo === undefined ? [] : [checkpointCopy(copyTo)]),
    ...witness.map((url, index) =>
      witnessSink({ url: webAddress(url), vkey: fileOrText(witnessKey[index]!) }),
    ),
    ...(tsa === undefined ? [] : [timeStampSink({ url: webAddress(tsa), ...caOf(tsaCa) })]),
  ];
}

function webAddress(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UnusableError(`${text} is no address: it must begin with https:// or http://.`);
}

function caOf(file: string | undefined): { ca?: string } {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file, "utf8") };
  } catch (cause) {
    throw new UnusableError(`Cannot read ${file}: ${(cause as Error).message}.`, { cause });
  }
}
