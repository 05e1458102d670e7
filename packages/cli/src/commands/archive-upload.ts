import { rootKeyFor } from "@openrouter-audit/anchor";
import type { UploadRun } from "@openrouter-audit/retention/s3";
import { type Command, Option } from "commander";
import { tellDamage } from "../anchor-damaged.ts";
import { type StorageFlags, storageOptions, withStorage } from "../archive/storage.ts";
import { exitCode, UnusableError } from "../exit-code.ts";
import { uploadJson, uploadText } from "../format/archive-text.ts";
import { jsonLine } from "../format/visible.ts";
import { anchorsFor, anchorsOption, directoryArgument, existingJournal } from "../journal-directory.ts";
import { nameOption } from "../keys/own-key.ts";
import { phasesOn } from "../progress.ts";
import { onBehalfOfOption, person } from "../readings/person.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit archive upload --bucket audit-archive --mode GOVERNANCE --retain 7y --dry-run
  $ openrouter-audit archive upload --bucket audit-archive --prefix audit/production/ --mode GOVERNANCE --retain 7y
  $ openrouter-audit archive upload --bucket b --mode COMPLIANCE --irrevocable --retain 6y --legal-hold
  $ openrouter-audit archive upload --bucket b --mode GOVERNANCE --retain 90d --endpoint https://minio.example:9000
  17 4 * * *  openrouter-audit archive upload /srv/audit --bucket b --mode GOVERNANCE --retain 7y --json     (crontab)

Stored are compressed files of days that are over, with --uncompressed the others of such days too, each byte for byte, and
locked until --retain behind its newest entry. The journal is verified before; what was tampered with is not stored. Nothing
there is written over, nothing here is removed, and what is stored is noted in the anchor log, with its version: once, and only
when the storage said that it is there and locked. A run that was cut is finished by the next.

GOVERNANCE: who has s3:BypassGovernanceRetention may end a lock early. COMPLIANCE: nobody can, whatever the law or a person
demands. Entries hold no words of prompts, but they hold user ids: see docs/archives.md before you say --irrevocable.

Exit codes: 0 all is stored that can be, or shown (--dry-run), 1 something was refused: it does not verify, or another object has
its key, 2 the storage failed, and the next run goes on, 3 not possible.`;

interface UploadFlags extends StorageFlags {
  readonly bucket: string;
  readonly prefix?: string;
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  readonly irrevocable?: boolean;
  readonly retain: string;
  readonly legalHold?: boolean;
  readonly uncompressed?: boolean;
  readonly md5?: boolean;
  readonly dryRun?: boolean;
  readonly anchors?: string;
  readonly onBehalfOf?: string;
  readonly name?: string;
  readonly json?: boolean;
}

/** `openrouter-audit archive upload` */
export function addArchiveUpload(
  archive: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = archive
    .command("upload")
    .description("store closed files in a bucket with Object Lock")
    .argument("[dir]", directoryArgument)
    .requiredOption("--bucket <name>", "the bucket")
    .option("--prefix <text>", "what stands before the name of a file in its key: audit/production/")
    .addOption(
      new Option("--mode <mode>", "how it is locked")
        .choices(["GOVERNANCE", "COMPLIANCE"])
        .makeOptionMandatory(),
    )
    .requiredOption(
      "--retain <period>",
      "for how long behind its newest entry a file is locked: 90d, 6mo, 7y",
    )
    .option("--irrevocable", "with COMPLIANCE: I know that nobody can erase it before its time")
    .option("--legal-hold", "put each object on hold too, until somebody ends that")
    .option("--uncompressed", "store files that are not compressed too")
    .option("--md5", "send Content-MD5 too, for a storage that knows no other checksum")
    .option(...onBehalfOfOption)
    .option("--dry-run", "only show what would be stored, and until when")
    .option(...anchorsOption)
    .option(...nameOption);
  storageOptions(command)
    .option("--json", "what was done, or would be, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: UploadFlags) =>
      exitWith(await upload(directory, flags, terminal)),
    );
}

async function upload(given: string | undefined, flags: UploadFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr, colors } = terminal;
  const directory = existingJournal(given, env);
  const { endpoint, region, name, json, anchors, onBehalfOf, ...options } = flags;
  if (options.mode === "COMPLIANCE" && !options.irrevocable)
    throw new UnusableError(
      "--mode COMPLIANCE needs --irrevocable: nobody can erase before its time what is stored so, whatever the law or a person demands.",
    );
  const progress = phasesOn(stderr);
  const run = await withStorage(flags, (s3, client) =>
    s3.uploadArchives(directory, {
      ...options,
      client,
      anchors: anchorsFor(directory, { anchors }, env),
      // Who only looks needs no key.
      ...(options.dryRun ? {} : { root: rootKeyFor(directory, { name, env }) }),
      person: person(env, onBehalfOf),
      onProgress: progress.report,
    }),
  )
    .catch(tellDamage(stderr))
    .finally(() => progress.end());
  if (run === null) return exitCode.problem;
  stdout.write(json ? `${jsonLine(uploadJson(run))}\n` : uploadText(run, colors));
  return codeOf(run);
}

function codeOf({ files, verification }: UploadRun): number {
  if (verification.result === "tampered") return exitCode.problem;
  const outcomes = files.map(({ outcome }) => outcome);
  if (outcomes.includes("refused")) return exitCode.problem;
  return outcomes.includes("failed") ? exitCode.incomplete : exitCode.fine;
}
