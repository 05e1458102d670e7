import { statSync } from "node:fs";
import { join } from "node:path";
import { isArchive, journalFiles } from "../journal/file-names.ts";
import type { Cursor } from "./cursor.ts";
import { isCopy, otherNameOf } from "./file-pairs.ts";

/** A file of the journal as it was when it was looked at. */
export interface FileSize {
  readonly name: string;
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
  const files: FileSize[] = [];
  for (const name of namesIn(directory).reverse()) {
    if (files.length === newest) break;
    const found = statSync(join(directory, name), { throwIfNoEntry: false });
    if (found) files.push({ name, size: found.size, writtenAt: found.mtimeMs });
  }
  return files.reverse();
}

/** How many bytes of a file, as it is stored, are not delivered; of an archive that is begun, all of them. */
export function bytesBehind({ name, size }: FileSize, files: Cursor["files"]): number {
  const place = files.get(name);
  if (isArchive(name)) return place?.archived === size ? 0 : size;
  return Math.max(0, size - (place?.offset ?? 0));
}

/** An archive beside a file of its name is older than that, or a copy of it: then it is passed over. */
function namesIn(directory: string): string[] {
  const names = journalFiles(directory);
  const there = new Set(names);
  return names.flatMap((name) => {
    const other = otherNameOf(name);
    if (!there.has(other)) return [name];
    if (isArchive(name)) return [];
    return isCopy(directory, name) ? [name] : [other, name];
  });
}
