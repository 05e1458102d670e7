import { createHash } from "node:crypto";
import { join } from "node:path";
import { anchorDirectory } from "@openrouter-audit/anchor";
import type { AuditEntry } from "@openrouter-audit/core";
import { RefusedFile } from "@openrouter-audit/core/seal";
import { aFunction, checkOptions, type OptionRules } from "@openrouter-audit/core/sink";
import { digestOf } from "./digest-of.ts";
import { contentsOf } from "./file-facts.ts";
import { storedFile } from "./file-state.ts";
import { aDirectory, aText } from "./option-rules.ts";
import { archivesIn } from "./s3/archived-file.ts";
import { ownKey, verifiedNotes } from "./verified-notes.ts";

export interface VerifyLocalArchivesOptions {
  /** The root vkey that the anchor log is checked with. @default the one the journal keeps in its file `public-key` */
  readonly key?: string;
  /** Where the anchor log is. @default OPENROUTER_AUDIT_ANCHOR_DIR, else `<directory>/anchor` */
  readonly anchors?: string;
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

/** An archive beside a journal: `KEPT` as it was noted, or `CHANGED`: other bytes. */
export interface LocalArchive {
  readonly verdict: "KEPT" | "CHANGED";
  /** Its name. */
  readonly file: string;
  /** As it was noted, in hex. */
  readonly archive_sha256: string;
  /** What is not as it was noted, as a clause; null when nothing is. */
  readonly message: string | null;
}

export interface LocalArchives {
  readonly key: string;
  readonly keySource: "given" | "journal";
  /** Those that are there, oldest note first. */
  readonly archives: readonly LocalArchive[];
  /** How many objects were stored elsewhere: `verifyArchives` asks for those. */
  readonly elsewhere: number;
}

const rules: OptionRules<VerifyLocalArchivesOptions> = {
  key: aText,
  anchors: aDirectory,
  onProgress: aFunction,
};

interface NotedArchive {
  readonly file: string;
  readonly sha256: string;
  readonly archive_bytes: number;
  readonly archive_sha256: string;
}

/**
 * Compares each archive that `retain` made, as far as it is there, with the bytes that the anchor log notes of it: docs/archives.md, "Beside the
 * journal". That entries are missing is for `verifyJournal` to say, which goes by what an archive unpacks to.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` without an anchor log or a key; `ANCHOR_DAMAGED`
 */
export async function verifyLocalArchives(
  directory: string,
  options: VerifyLocalArchivesOptions = {},
): Promise<LocalArchives> {
  checkOptions("verifyLocalArchives", options, rules);
  const { anchors = anchorDirectory(directory), key = ownKey(directory), onProgress } = options;
  const notes = await verifiedNotes(anchors, directory, key);
  const noted = localArchivesIn(notes);
  const there = noted.filter(({ file }) => storedFile(directory, `${file}.gz`) !== null);
  const totalBytes = there.reduce((sum, { archive_bytes }) => sum + archive_bytes, 0);
  const archives: LocalArchive[] = [];
  let bytes = 0;
  for (const archive of there) {
    archives.push(await compared(directory, archive));
    bytes += archive.archive_bytes;
    onProgress?.({ bytes, totalBytes });
  }
  const keySource = options.key === undefined ? "journal" : "given";
  return { key, keySource, archives, elsewhere: archivesIn(notes).length };
}

/** The newest note of each: a run that was killed between the note and the archive is done again. */
function localArchivesIn(notes: readonly AuditEntry[]): NotedArchive[] {
  const noted = new Map<string, NotedArchive>();
  for (const { event_type, detail } of notes) {
    if (event_type !== "audit.archived" || !Array.isArray(detail?.files)) continue;
    for (const file of detail.files) if (isLocal(file)) noted.set(file.file, file);
  }
  return [...noted.values()];
}

function isLocal(value: unknown): value is NotedArchive {
  const { at, file, sha256, archive_bytes, archive_sha256 } = (value ?? {}) as Record<string, unknown>;
  return (
    at === "local" &&
    // A name that is none of a file in the journal.
    typeof file === "string" &&
    !/[/\\\0]/.test(file) &&
    typeof sha256 === "string" &&
    typeof archive_bytes === "number" &&
    typeof archive_sha256 === "string"
  );
}

async function compared(
  directory: string,
  { file, sha256, archive_bytes, archive_sha256 }: NotedArchive,
): Promise<LocalArchive> {
  const path = join(directory, `${file}.gz`);
  const { digest: found, bytes } = await digestOf(path, createHash("sha256"));
  const base = { file: `${file}.gz`, archive_sha256 };
  if (found === archive_sha256 && bytes === archive_bytes) return { ...base, verdict: "KEPT", message: null };
  return {
    ...base,
    verdict: "CHANGED",
    message: `it has ${bytes} bytes with the SHA-256 ${found}, and ${await contentsInWords(path, sha256)}`,
  };
}

async function contentsInWords(path: string, sha256: string): Promise<string> {
  try {
    const same = (await contentsOf(path)).sha256 === sha256;
    return same ? "unpacks to what was noted: somebody packed it again" : "unpacks to something else";
  } catch (error) {
    if (error instanceof RefusedFile) return `does not unpack: ${error.message}`;
    throw error;
  }
}
