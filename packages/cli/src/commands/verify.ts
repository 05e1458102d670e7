import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import {
  type Journal,
  type JournalVerification,
  type VerifyJournalOptions,
  verifyJournal,
} from "@openrouter-audit/core";
import type { Command } from "commander";
import { loadAnalysis } from "../analysis/load-analysis.ts";
import { anchorsToVerify } from "../anchors-to-verify.ts";
import { codeOfResult, UnusableError } from "../exit-code.ts";
import { checkNoJsonExport, packageIn } from "../export/package-place.ts";
import { packageFlags, verifyPackageIn } from "../export/verify-package.ts";
import { fileOrText } from "../file-or-text.ts";
import { answerLine } from "../format/answer-line.ts";
import { verificationText } from "../format/verification-text.ts";
import {
  directoryArgument,
  existingJournal,
  journalDirectory,
  manyAnchorsOption,
} from "../journal-directory.ts";
import { isFile } from "../journal-paths.ts";
import { noteHeads } from "../note-heads.ts";
import { checkOrder, type Period, periodOf, toldOf } from "../period.ts";
import { progressOn } from "../progress.ts";
import { deletedBy } from "../retention/deleted-days.ts";
import { leastLengthOf } from "../retention/least-length.ts";
import { nameUnreadLogs } from "../retention/name-unread-log.ts";
import { lakeIn } from "../store/lake-place.ts";
import {
  aboutStores,
  rotationsOption,
  schemaOption,
  storeIn,
  storeKey,
  withStore,
} from "../store/open-store.ts";
import type { Terminal } from "../terminal.ts";
import { checkFree } from "../whole-file.ts";

const examples = `
Examples:
  $ openrouter-audit verify                               the journal of this application
  $ openrouter-audit verify /srv/audit --key @public-key.txt
  $ openrouter-audit verify archive/audit_2026-10-*.jsonl.gz --key @public-key.txt
  $ openrouter-audit verify /srv/audit --known-heads heads.jsonl --update
  $ openrouter-audit verify --json | jq .problems
  $ openrouter-audit verify postgres://auditor@db.example/audit --key @public-key.txt
  $ openrouter-audit verify ./lake --key @public-key.txt
  $ openrouter-audit verify october.zip --key @public-key.txt      a package that export made, or its folder

Without --key the key is taken from the journal itself, from its file public-key. That finds damage, but
whoever can replace the journal can replace that key too: an auditor uses the key handed over beforehand, kept
in a file of their own, here public-key.txt.

A package that nobody signed for is incomplete (2): anybody may have made it, and left entries out. --unsigned takes it.

What a journal looked like earlier is in its heads, small signed texts. Keep them where nobody who
writes the journal can reach them (--known-heads FILE --update makes and renews the file): then
an end that was cut off, a log that was removed, an old copy put back is proven to be that. Of what is
tampered with, --update notes nothing, and leaves the file as it was.

The anchor log of a journal (openrouter-audit anchor) holds such heads as well; it is read when it is
there. With a head or checkpoint of it as a known head it must be there: if it is kept elsewhere, --anchors DIR
says where. It also says what retention deleted: --min-retention says how old that must have been. Of several
directories the anchor log of each is read, whichever stands first; --anchors, given again, names several, and takes the
place of those in the directories: name them too.

A directory claims to be a whole journal, so that what is missing in it was taken out. Files named one
by one claim nothing about others: what they lack is only PARTIAL.

Above 32 MiB one signature in 256 is checked, which covers all entries: --all-signatures checks every
one. --quick leaves out the chain hashes that no checked signature is over, as well.

${aboutStores.trim()}
Its lines are checked as those of files are, and that its columns say what the lines say; so are those of a
lake (openrouter-audit lake). Without --key nothing is checked: whoever can write to a store could put another
log there, and another key beside it. It claims to be whole, as a directory does, so that days that were dropped
are missing (SEQ_GAP, MISSING_STREAM: tampered) unless a tombstone in the anchor log says so. Notes of rotated keys are not in it: --rotations DIR.

Who would rather not trust this command uses another: standalone/verify-journal.mjs in this package is
one file that needs only node, and docs/verify-independently.md has Go, Python and openssl.

Exit codes: 0 intact, 1 tampered, 2 incomplete (a crash, a gap, foreign lines), 3 cannot read.`;

interface VerifyFlags {
  readonly key?: string;
  readonly successors: boolean;
  readonly rotations?: string;
  readonly schema?: string;
  readonly knownHeads?: string;
  readonly update?: boolean;
  readonly anchors?: readonly string[];
  readonly unsigned?: boolean;
  readonly minRetention?: number;
  readonly allSignatures?: boolean;
  readonly quick?: boolean;
  readonly since?: Period;
  readonly until?: Period;
  readonly json?: boolean;
}

/** `openrouter-audit verify`: has anybody changed the log? */
export function addVerify(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  program
    .command("verify")
    .description("check every line, signature and link of a journal; needs nothing but its public key")
    .argument(
      "[paths...]",
      `${directoryArgument}; or its files, compressed (.gz) or not; a store; or a package`,
    )
    .option("--key <key>", "the public key you were given, or @file (default: the journal's own)")
    .option("--no-successors", "trust no key that took over from that one: it may have been stolen")
    .option(...rotationsOption)
    .option("--known-heads <file>", "what the logs looked like earlier")
    .option("--update", "note in that file what they look like now, made when it is not there")
    .option(...manyAnchorsOption)
    .option("--unsigned", "of a package: take one that nobody signed for as whole")
    .option(
      "--min-retention <time>",
      "what was deleted must have been as old as this: 90d, 6mo, 7y",
      leastLengthOf,
    )
    .option("--since <time>", "only the files of this day or month and later ones", (text) => periodOf(text))
    .option("--until <time>", `only the files ${toldOf.untilDay}`, (text) => periodOf(text))
    .option("--all-signatures", "check every signature and every chain hash, however many")
    .option("--quick", "several times as fast: what the entries say, not every byte of their seals")
    .option(...schemaOption)
    .option("--json", "everything that was found, as JSON")
    .addHelpText("after", examples)
    .action(async (paths: string[], flags: VerifyFlags) => exitWith(await verify(paths, flags, terminal)));
}

async function verify(given: string[], flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const { knownHeads, update } = flags;
  if (flags.unsigned && packageIn(given) === null)
    throw new UnusableError("--unsigned is for packages: a journal is not signed for as a whole.");
  if (update && knownHeads === undefined)
    throw new UnusableError("--update needs --known-heads FILE: the file to note the heads in.");
  if (update) checkFree(knownHeads!, { force: true });
  checkNoJsonExport(given);
  const exported = packageIn(given);
  if (exported !== null) return verifyPackageIn(exported, packageFlags(flags), terminal);
  const store = storeIn(given, flags.schema);
  const lake = lakeIn(given);
  const ofStore = (source: Journal) =>
    run(source, optionsOf({ ...flags, key: storeKey(flags.key) }, flags.anchors), terminal);
  const found =
    store !== null
      ? await withStore(store, flags.schema, ofStore)
      : lake !== null
        ? await ofStore((await loadAnalysis(terminal)).lakeSource(lake))
        : await verifyFiles(given, flags, terminal);
  const isStore = store !== null || lake !== null;
  terminal.stdout.write(
    flags.json
      ? answerLine(found)
      : verificationText(found, terminal, { isStore, deleted: deletedBy(found, { ofTable: isStore }) }),
  );
  if (update) terminal.stderr.write(noteHeads(knownHeads!, found));
  return codeOfResult[found.result];
}

async function verifyFiles(
  given: string[],
  flags: VerifyFlags,
  terminal: Terminal,
): Promise<JournalVerification> {
  const { env } = terminal;
  const paths = given.length > 0 ? given : [journalDirectory(undefined, env)];
  const directories = paths.filter((path) => !isFile(path));
  const options = optionsOf(flags, anchorsToVerify(directories, flags.anchors, env));
  const found = await run(paths, options, terminal).catch((cause: unknown) => {
    // Whether there is a journal at all is what it knows best how to say.
    for (const path of paths)
      if (!isFile(path))
        existingJournal(given.length > 0 ? path : undefined, env, ", some of them, or a package");
    throw cause;
  });
  return nameUnreadLogs(found, directories, flags.anchors);
}

function run(
  journal: Journal,
  options: VerifyJournalOptions,
  { stderr }: Terminal,
): Promise<JournalVerification> {
  const progress = progressOn(stderr, "verifying");
  const workers = availableParallelism();
  return verifyJournal(journal, { ...options, workers, onProgress: progress.report }).finally(() =>
    progress.end(),
  );
}

function optionsOf(flags: VerifyFlags, anchors: readonly string[] | undefined): VerifyJournalOptions {
  const { key, successors, knownHeads, update, since, until, minRetention, allSignatures, quick, rotations } =
    flags;
  checkOrder(flags);
  if (allSignatures && quick)
    throw new UnusableError("--all-signatures checks everything, and --quick does not: choose one.");
  // The first time there is nothing to compare with yet.
  const isNew = update && !existsSync(knownHeads!);
  return {
    ...(key !== undefined && { key: fileOrText(key) }),
    successors,
    ...(rotations !== undefined && { rotations }),
    ...(knownHeads !== undefined && !isNew && { knownHeads }),
    ...(anchors !== undefined && { anchors }),
    ...(minRetention !== undefined && { minRetentionMs: minRetention }),
    ...(since && { since: since.start }),
    ...(until && { until: until.end }),
    ...(allSignatures && { roots: "every", signatures: "every" }),
    ...(quick && { roots: "signed", signatures: "sampled" }),
  };
}
