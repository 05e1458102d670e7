import { readdirSync } from "node:fs";
import { join } from "node:path";
import { smallFile } from "../journal/small-file.ts";
import { isRotationFile, type RotationNote, readRotationNote } from "./rotation-note.ts";

/** A file with the name of a rotation note that is ignored. */
export interface RefusedNote {
  readonly file: string;
  readonly reason: string;
}

export interface RotationNotes {
  /** Those whose two signatures verify, in the order of their names. */
  readonly notes: readonly RotationNote[];
  readonly refused: readonly RefusedNote[];
}

// Two vkeys and two signatures under the longest name take about 2500 bytes.
const largestNote = 8192;
const mostNotes = 1000;

/**
 * The rotation notes of a journal directory. Nobody vouches for these files: what is no plain file, too large, malformed or
 * not signed by both of its keys is named and ignored, and so are those after the first thousand.
 *
 * @throws the file system's error when the directory cannot be read
 */
export function rotationNotesIn(directory: string): RotationNotes {
  const notes: RotationNote[] = [];
  const refused: RefusedNote[] = [];
  for (const [index, file] of readdirSync(directory).filter(isRotationFile).sort().entries()) {
    const found =
      index < mostNotes
        ? readNote(directory, file)
        : { reason: `only the first ${mostNotes} notes of a journal are read` };
    if ("reason" in found) refused.push({ file, ...found });
    else notes.push(found);
  }
  return { notes, refused };
}

function readNote(directory: string, file: string): RotationNote | { readonly reason: string } {
  let bytes: Buffer | null;
  try {
    bytes = smallFile(join(directory, file), largestNote);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return { reason: code === "ELOOP" ? "it is a symbolic link" : `it cannot be read (${code})` };
  }
  if (!bytes) return { reason: `it is no plain file of at most ${largestNote} bytes` };
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) return { reason: "it is not UTF-8" };
  return readRotationNote(file, text);
}
