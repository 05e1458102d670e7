import { statSync } from "node:fs";
import { join } from "node:path";
import { isArchive, journalFiles } from "../journal/file-names.ts";
import type { Cursor } from "./cursor.ts";

/** A file of the journal as it was when it was looked at. */
export interface FileSize {
  readonly name: string;
  /** The name it had before it was compressed. */
  readonly key: string;
  /** In bytes, as it is stored. */
  readonly size: number;
  /** When it was written to last, in milliseconds since 1970 by the clock of its disk. */
  readonly writtenAt: number;
}

/**
 * The files of a journal, oldest first. Their sizes are taken newest file first: what a log wrote to an older file before it went
 * on in a newer one is seen whenever what it wrote there is.
 *
 * @param newest only so many of the newest
 * @throws the file system's error when the directory cannot be read
 */
export function fileSizes(directory: string, newest = Number.POSITIVE_INFINITY): FileSize[] {
  const names = journalFiles(directory);
  // While a file is compressed, both are there; the archive may not be whole.
  const plain = new Set(names);
  const files: FileSize[] = [];
  for (const name of names.reverse()) {
    const key = keyOf(name);
    if (key !== name && plain.has(key)) continue;
    if (files.length === newest) break;
    const found = statSync(join(directory, name), { throwIfNoEntry: false });
    if (found) files.push({ name, key, size: found.size, writtenAt: found.mtimeMs });
  }
  return files.reverse();
}

export function keyOf(name: string): string {
  return isArchive(name) ? name.slice(0, -".gz".length) : name;
}

/** How many bytes of a file, as it is stored, are not delivered; of an archive that is begun, all of them. */
export function bytesBehind({ name, key, size }: FileSize, files: Cursor["files"]): number {
  const place = files.get(key);
  if (isArchive(name)) return place?.archived === size ? 0 : size;
  return Math.max(0, size - (place?.offset ?? 0));
}
