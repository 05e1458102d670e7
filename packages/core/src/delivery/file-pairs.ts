import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, constants as zlib } from "node:zlib";
import { isArchive } from "../journal/file-names.ts";
import { type Cursor, type FilePlace, markedBefore, markOf } from "./cursor.ts";

// `x.jsonl` and `x.jsonl.gz`: one file that is compressed, has been, or is unpacked; or two, when it was compressed before its day
// was over and a log went on under its name.

const archiveEnd = ".gz";
/** Enough for the first lines, which no two logs have in common. */
const comparedBytes = 4096;

/** The name that a file has when it is compressed; or had before. */
export function otherNameOf(name: string): string {
  return isArchive(name) ? name.slice(0, -archiveEnd.length) : `${name}${archiveEnd}`;
}

/** Whether the archive beside a file is a copy of it, perhaps one that is only being made. */
export function isCopy(directory: string, name: string): boolean {
  const packed = bytesAt(join(directory, otherNameOf(name)), 0, comparedBytes);
  // Gone meanwhile.
  if (packed === null) return true;
  try {
    // As far as it goes: the end is cut off, or not written yet.
    const first = packed.length === 0 ? packed : gunzipSync(packed, { finishFlush: zlib.Z_SYNC_FLUSH });
    return bytesAt(join(directory, name), 0, first.length)?.equals(first) ?? true;
  } catch {
    // Who reads it says what is wrong with it.
    return false;
  }
}

/**
 * Which places of a cursor are those of the other file of a pair by now: from the first name to the second. A file takes its
 * place along when it is compressed or unpacked. It has left it when another file is under the name.
 */
export function movesOf(
  directory: string,
  names: readonly string[],
  places: Cursor["files"],
): readonly (readonly [from: string, to: string])[] {
  const there = new Set(names);
  return names.flatMap((name) => {
    const other = otherNameOf(name);
    const place = places.get(other);
    if (!place || places.has(name)) return [];
    if (there.has(other) && (isArchive(other) || bears(join(directory, other), place))) return [];
    return [[other, name] as const];
  });
}

/** Moves a place. */
export function movePlace(files: Map<string, FilePlace>, [from, to]: readonly [string, string]): void {
  const place = files.get(from);
  files.delete(from);
  if (place) files.set(to, isArchive(to) ? place : { ...place, archived: null });
}

/** Whether a file, not compressed, is the one of a place. */
function bears(path: string, { offset, mark }: FilePlace): boolean {
  const length = markedBefore(offset);
  const before = bytesAt(path, offset - length, length);
  if (before?.length !== length) return false;
  return offset === 0 || mark === null || markOf(before) === mark;
}

/** Null when there is no such file, or it cannot be read. */
function bytesAt(path: string, position: number, length: number): Buffer | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, position));
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
