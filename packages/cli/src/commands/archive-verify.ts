import { type LocalArchives, refuseUnreadLog, verifyLocalArchives } from "@openrouter-audit/retention";
import type { ArchivesVerification } from "@openrouter-audit/retention/s3";
import type { Command } from "commander";
import { tellDamage } from "../anchor-damaged.ts";
import { type StorageFlags, storageOptions, withStorage } from "../archive/storage.ts";
import { codeOfResult, exitCode } from "../exit-code.ts";
import { fileOrText } from "../file-or-text.ts";
import { archivesJson, archivesText, type FoundArchives } from "../format/archive-text.ts";
import { jsonLine, visible } from "../format/visible.ts";
import {
  anchorsFor,
  anchorsOption,
  directoryArgument,
  existingJournal,
  journalDirectory,
  publicKeyIn,
} from "../journal-directory.ts";
import { missingAnchorLog } from "../no-anchor-log.ts";
import { progressOn } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

const examples = `
Examples:
  $ openrouter-audit archive verify                                  all that was ever stored
  $ openrouter-audit archive verify --key @public-key.txt --bucket audit-archive      only what is in that bucket
  $ openrouter-audit archive verify --read                           read all of it, and believe no checksum of the storage
  $ openrouter-audit archive verify --json | jq '.archives[] | select(.verdict != "KEPT")'

Asks the storage for each version that the anchor log says was stored: is it there, has it the contents that were noted, is it
locked for at least as long? And it compares the archives that retain made in the journal, as far as they are there, with the bytes that
were noted of them. The anchor log is verified with --key, and nothing is written. A file that is here no longer need not be.

  MISSING   there is no such version, and its time is not over
  CHANGED   it has other contents; an archive in the journal: other bytes
  UNLOCKED  it is not locked, for less long, less strictly, or not on hold any more
  UNKNOWN   the storage does not say
  EXPIRED   gone after its time, which accuses nobody

Exit codes: 0 all of it is kept, 1 something is MISSING, CHANGED or UNLOCKED, or the anchor log is damaged, 2 UNKNOWN, or
nothing was noted and so nothing looked at, 3 not possible.`;

interface VerifyFlags extends StorageFlags {
  readonly key?: string;
  readonly anchors?: string;
  readonly bucket?: string;
  readonly read?: boolean;
  readonly json?: boolean;
}

/** `openrouter-audit archive verify` */
export function addArchiveVerify(
  archive: Command,
  terminal: Terminal,
  exitWith: (code: number) => void,
): void {
  const command = archive
    .command("verify")
    .description("look whether what was stored is there, unchanged and locked")
    .argument("[dir]", directoryArgument)
    .option("--key <key>", "the public key, or @file (default: the file public-key of the journal)")
    .option(...anchorsOption)
    .option("--bucket <name>", "only what was stored in this bucket")
    .option("--read", "read all contents");
  storageOptions(command)
    .option("--json", "everything that was found, as JSON")
    .addHelpText("after", examples)
    .action(async (directory: string | undefined, flags: VerifyFlags) =>
      exitWith(await verify(directory, flags, terminal)),
    );
}

async function verify(given: string | undefined, flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const { env, stdout, stderr, colors } = terminal;
  const directory = journalDirectory(given, env);
  const { key, bucket, read, json } = flags;
  const place = {
    anchors: anchorsFor(directory, flags, env),
    ...(key !== undefined && { key: fileOrText(key) }),
  };
  const reading = progressOn(stderr, "reading");
  const local = await verifyLocalArchives(directory, { ...place, onProgress: reading.report })
    .catch((error: unknown) => nothingNoted(error, given, flags, terminal) ?? tellDamage(stderr)(error))
    .finally(() => reading.end());
  if (local === null) return exitCode.problem;
  // One in which only copies elsewhere are noted may be another than that of the holds.
  if (local.elsewhere === 0 && local.archives.length === 0) refuseUnreadLog(directory, place.anchors);
  const asking = progressOn(stderr, "asking");
  // Who stored nothing elsewhere needs no SDK.
  const asked =
    local.elsewhere === 0
      ? null
      : await withStorage(flags, (s3, client) =>
          s3.verifyArchives(directory, {
            ...place,
            client,
            ...(bucket !== undefined && { bucket }),
            ...(read && { read }),
            onProgress: asking.report,
          }),
        ).finally(() => asking.end());
  const found = together(asked, bucket === undefined ? local : { ...local, archives: [] });
  stdout.write(json ? `${jsonLine(archivesJson(found))}\n` : archivesText(found, colors));
  return codeOfResult[found.result];
}

/** For an error that says that there is no anchor log, where nobody said that there is one; null for all else. @throws UnusableError */
function nothingNoted(
  error: unknown,
  given: string | undefined,
  { key, anchors }: VerifyFlags,
  { env, stderr }: Terminal,
): LocalArchives | null {
  const place = missingAnchorLog(error);
  if (place === null || anchors !== undefined) return null;
  const directory = existingJournal(given, env);
  refuseUnreadLog(directory, place);
  stderr.write(`There is no anchor log in ${visible(place)}: nothing was noted there.\n`);
  const checked = key === undefined ? publicKeyIn(directory)! : fileOrText(key);
  return { key: checked, keySource: key === undefined ? "journal" : "given", archives: [], elsewhere: 0 };
}

/** The worst of both; of what nothing was noted, nothing was looked at. */
function together(asked: ArchivesVerification | null, local: LocalArchives): FoundArchives {
  const { key, keySource, archives } = local;
  const beside = archives.some(({ verdict }) => verdict === "CHANGED") ? "tampered" : "intact";
  const results = [
    ...(asked && asked.archives.length > 0 ? [asked.result] : []),
    ...(archives.length > 0 ? [beside] : []),
  ];
  const result =
    results.find((one) => one === "tampered") ??
    results.find((one) => one === "incomplete") ??
    (results.length > 0 ? "intact" : "incomplete");
  return { result, key, keySource, archives: asked?.archives ?? [], local: archives };
}
