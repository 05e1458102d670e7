import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { AuditEntry, JsonObject } from "@openrouter-audit/core";
import { flushDirectory, readBytes } from "@openrouter-audit/core/seal";
import { digestOf } from "./digest-of.ts";
import { contentsOf, type JournalFileFacts } from "./file-facts.ts";
import { isUnchanged } from "./file-state.ts";
import { makeLike } from "./make-like.ts";

/** The name of an archive that is being made: no name of a journal file, so that nobody reads it. */
const unfinished = /^retain-[0-9a-f-]{36}\.gz$/;

/** Notes something in the anchor log, before it is done. */
export type NoteArchived = (detail: JsonObject) => Promise<unknown>;

/** Removes what a run that was killed had only begun. @returns the names */
export function sweepUnfinished(directory: string): string[] {
  const left = readdirSync(directory, { withFileTypes: true })
    .filter((found) => found.isFile() && unfinished.test(found.name))
    .map(({ name }) => name);
  for (const name of left) unlinkSync(join(directory, name));
  return left;
}

/**
 * Puts a compressed file (gzip, RFC 1952, without a time in it) in the place of a file. The original is removed when the archive is on the disk,
 * was read back, and is noted; whatever fails before leaves it as it was.
 *
 * @returns the size of the archive
 * @throws the file system's error, and an error when the file changed meanwhile or the archive reads back as something else
 */
export async function archiveFile(
  directory: string,
  facts: JournalFileFacts,
  note: NoteArchived,
  onRead: (bytes: number) => void = () => undefined,
): Promise<number> {
  const { file, sha256, stored } = facts;
  const draft = join(directory, `retain-${randomUUID()}.gz`);
  try {
    const packed = await pack(join(directory, file), draft, onRead);
    const back = await contentsOf(draft);
    if (back.sha256 !== sha256 || !isUnchanged(directory, file, stored))
      throw new Error(`${file} changed while it was compressed, or the disk gave back something else`);
    await note(noteOf(facts, packed));
    renameSync(draft, join(directory, `${file}.gz`));
    flushDirectory(directory);
    removeOriginal(directory, facts);
    return packed.bytes;
  } catch (error) {
    removeDraft(draft);
    throw error;
  }
}

/**
 * Removes a file whose archive is there, with the same contents: of a run that was killed, or of somebody who made it by hand.
 *
 * @throws as {@link archiveFile}
 */
export async function finishArchive(
  directory: string,
  facts: JournalFileFacts,
  note: NoteArchived,
): Promise<number> {
  const archive = join(directory, `${facts.file}.gz`);
  const { sha256 } = await contentsOf(archive);
  if (sha256 !== facts.sha256) throw new Error(`${facts.file}.gz holds something else than ${facts.file}`);
  const handle = openSync(archive, constants.O_RDONLY);
  // Nobody knows whether whoever made it got so far.
  fsyncSync(handle);
  closeSync(handle);
  flushDirectory(directory);
  const { digest, bytes } = await digestOf(archive, createHash("sha256"));
  await note(noteOf(facts, { bytes, sha256: digest }));
  removeOriginal(directory, facts);
  return bytes;
}

function noteOf(
  { file, lines, bytes, sha256 }: JournalFileFacts,
  archive: { readonly bytes: number; readonly sha256: string },
): JsonObject {
  const stored = { archive_bytes: archive.bytes, archive_sha256: archive.sha256, at: "local" };
  return { files: [{ file, lines, bytes, sha256, ...stored }] };
}

/** Whether an archive was noted before, by a run that was killed behind that. */
export function isArchiveNoted(notes: readonly AuditEntry[], detail: JsonObject): boolean {
  const [wanted] = detail.files as unknown as readonly {
    readonly file: string;
    readonly archive_sha256: string;
  }[];
  return notes.some(
    ({ event_type, detail: noted }) =>
      event_type === "audit.archived" &&
      Array.isArray(noted?.files) &&
      (noted.files as unknown as (typeof wanted & { readonly at?: unknown })[]).some(
        (each) =>
          each?.at === "local" &&
          each.file === wanted!.file &&
          each.archive_sha256 === wanted!.archive_sha256,
      ),
  );
}

async function pack(path: string, draft: string, onRead: (bytes: number) => void) {
  const file = openSync(draft, "wx", 0o600);
  try {
    makeLike(file, statSync(path));
    const contents = createHash("sha256");
    let bytes = 0;
    const gzip = createGzip({ level: 9 });
    let unwritten: unknown = null;
    await pipeline(Readable.from(copiesOf(path, onRead)), gzip, async (packed) => {
      try {
        for await (const chunk of packed as AsyncIterable<Buffer>) {
          contents.update(chunk);
          bytes += chunk.length;
          writeFileSync(file, chunk);
        }
      } catch (error) {
        unwritten = error;
        throw error;
      }
    }).catch((error: unknown) => {
      // The pipeline may say of a disk that is full only that it was aborted.
      throw unwritten ?? error;
    });
    fsyncSync(file);
    return { bytes, sha256: contents.digest("hex") };
  } finally {
    closeSync(file);
  }
}

/** The blocks of a file are read into the same memory again and again. */
async function* copiesOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const block of readBytes(path)) {
    onRead(block.length);
    yield Buffer.from(block);
  }
}

function removeOriginal(directory: string, facts: JournalFileFacts): void {
  if (!isUnchanged(directory, facts.file, facts.stored))
    throw new Error(`${facts.file} changed after it was compressed; both it and ${facts.file}.gz are kept`);
  unlinkSync(join(directory, facts.file));
  flushDirectory(directory);
}

function removeDraft(draft: string): void {
  try {
    unlinkSync(draft);
  } catch {
    // It has its new name, or was not made.
  }
}
