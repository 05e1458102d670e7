import { anchorDirectory } from "@openrouter-audit/anchor";
import { aFunction, checkOptions, type OptionRules, objectWith, textLike } from "@openrouter-audit/core/sink";
import { aDirectory, aFlag, aPublicKey } from "../option-rules.ts";
import { ownKey, verifiedNotes } from "../verified-notes.ts";
import { type ArchivedFile, archivesIn } from "./archived-file.ts";
import { type FoundObject, findObject, hasBucket } from "./find-object.ts";
import type { StorageClient } from "./put-segment.ts";
import { storageFailure } from "./storage-failure.ts";

export interface VerifyArchivesOptions {
  /** An S3Client. It is not closed. */
  readonly client: StorageClient;
  /** The root vkey that the anchor log is checked with. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** Where the anchor log is. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string;
  /** Only what was stored in this bucket. @default all */
  readonly bucket?: string;
  /** Reads all contents, instead of believing the checksum that the storage keeps. @default false */
  readonly read?: boolean;
  readonly now?: () => Date;
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/**
 * `KEPT` as it was noted; `EXPIRED`: gone after its time; `MISSING` before it; `CHANGED`: other contents; `UNLOCKED`: not locked, or for
 * less long, or less strictly, or without the hold that was noted; `UNKNOWN`: the storage does not say.
 */
export type ArchiveVerdict = "KEPT" | "EXPIRED" | "MISSING" | "CHANGED" | "UNLOCKED" | "UNKNOWN";

export interface CheckedArchive {
  readonly verdict: ArchiveVerdict;
  /** As it was noted. */
  readonly archive: ArchivedFile;
  /** What is not as it was noted, as a clause; null when nothing is. */
  readonly message: string | null;
}

export interface ArchivesVerification {
  /** The worst that was found; `incomplete` too when nothing was noted, and so nothing looked at. */
  readonly result: "intact" | "incomplete" | "tampered";
  readonly key: string;
  readonly keySource: "given" | "journal";
  /** Oldest note first. */
  readonly archives: readonly CheckedArchive[];
}

const rules: OptionRules<VerifyArchivesOptions> = {
  client: objectWith("send", "an S3Client"),
  key: aPublicKey,
  anchors: aDirectory,
  bucket: textLike(/^\S+$/, "the name of a bucket"),
  read: aFlag,
  now: aFunction,
  onProgress: aFunction,
};

/**
 * Asks the storage for every version that the anchor log says was stored: is it there, are its contents those that were noted, is it
 * locked for as long? What is noted is only believed as far as the anchor log verifies. Nothing is written.
 *
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` without an anchor log or a key; `ANCHOR_DAMAGED`
 */
export async function verifyArchives(
  directory: string,
  options: VerifyArchivesOptions,
): Promise<ArchivesVerification> {
  checkOptions("verifyArchives", options, rules, ["client"]);
  const { client, bucket, read = false, onProgress, now = () => new Date() } = options;
  const key = options.key ?? ownKey(directory);
  const noted = archivesIn(
    await verifiedNotes(options.anchors ?? anchorDirectory(directory), directory, key),
  );
  const wanted = noted.filter(({ at }) => bucket === undefined || at.bucket === bucket);
  const totalBytes = wanted.reduce((sum, { archive_bytes }) => sum + archive_bytes, 0);
  const archives: CheckedArchive[] = [];
  let bytes = 0;
  const buckets = new Map<string, Promise<boolean>>();
  const isThere = (name: string) => {
    const asked = buckets.get(name) ?? hasBucket(client, name);
    buckets.set(name, asked);
    return asked;
  };
  for (const archive of wanted) {
    archives.push(await checked(client, archive, read, now(), isThere));
    bytes += archive.archive_bytes;
    onProgress?.({ bytes, totalBytes });
  }
  const keySource = options.key === undefined ? "journal" : "given";
  return { result: resultOf(archives), key, keySource, archives };
}

async function checked(
  client: StorageClient,
  archive: ArchivedFile,
  read: boolean,
  now: Date,
  isThere: (bucket: string) => Promise<boolean>,
): Promise<CheckedArchive> {
  const { bucket, key, version_id, retain_until } = archive.at;
  try {
    const found = await findObject(client, { bucket, key, versionId: version_id }, read);
    if (found) return { archive, ...judged(archive, found, now) };
    // Another storage, or a slip in its address, says nothing of what was stored.
    if (!(await isThere(bucket)))
      return { verdict: "UNKNOWN", archive, message: `there is no bucket ${bucket} in this storage` };
    const isOver = Date.parse(retain_until) <= now.getTime();
    return isOver
      ? { verdict: "EXPIRED", archive, message: `it was to be kept until ${retain_until}, and is gone` }
      : { verdict: "MISSING", archive, message: `there is no version ${version_id}` };
  } catch (error) {
    return { verdict: "UNKNOWN", archive, message: storageFailure(error) };
  }
}

function judged(
  { archive_bytes, archive_sha256, at }: ArchivedFile,
  found: FoundObject,
  now: Date,
): Pick<CheckedArchive, "verdict" | "message"> {
  if (found.sha256 !== archive_sha256 || found.bytes !== archive_bytes)
    return { verdict: "CHANGED", message: `it has ${found.bytes} bytes with the SHA-256 ${found.sha256}` };
  const until = Date.parse(at.retain_until);
  const unlocked = (message: string) => ({ verdict: "UNLOCKED" as const, message });
  if (at.legal_hold && !found.legalHold) return unlocked("it is not on hold any more");
  if (until <= now.getTime()) return { verdict: "KEPT", message: null };
  if (found.mode !== at.mode && found.mode !== "COMPLIANCE")
    return unlocked(
      `it was locked in ${at.mode} mode, and is ${found.mode ? `in ${found.mode} mode` : "not locked"}`,
    );
  if (!found.until || found.until.getTime() < until)
    return unlocked(
      `it was locked until ${at.retain_until}, and is until ${found.until?.toISOString() ?? "nobody knows when"}`,
    );
  return { verdict: "KEPT", message: null };
}

function resultOf(archives: readonly CheckedArchive[]): ArchivesVerification["result"] {
  const verdicts = archives.map(({ verdict }) => verdict);
  if (verdicts.some((verdict) => ["MISSING", "CHANGED", "UNLOCKED"].includes(verdict))) return "tampered";
  return verdicts.length === 0 || verdicts.includes("UNKNOWN") ? "incomplete" : "intact";
}
