import { randomUUID } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { AuditError, journalFiles } from "@openrouter-audit/core";

type Access = Pick<Stats, "uid" | "gid" | "mode">;

const groupBits = 0o070;

/** Gives a file that was just made the owner and the mode of another. @throws the file system's error when it cannot be given away */
export function makeLike(file: number, { uid, gid, mode }: Access): void {
  const made = fstatSync(file);
  if (made.uid !== uid || made.gid !== gid) {
    try {
      fchownSync(file, uid, gid);
    } catch (error) {
      // A group that may do nothing with it is no matter.
      if (made.uid !== uid || mode & groupBits) throw error;
    }
  }
  fchmodSync(file, mode & 0o777);
}

/**
 * Refuses a journal with files of somebody to whom nothing can be given: their archives would be this user's, and the application would be
 * locked out of its journal.
 *
 * @throws AuditError `JOURNAL_UNWRITABLE`
 */
export function refuseForeign(directory: string): void {
  const own = process.geteuid?.();
  if (own === undefined) return;
  const foreign = new Map<string, Access & { readonly file: string }>();
  for (const file of journalFiles(directory)) {
    const found = lstatSync(join(directory, file), { throwIfNoEntry: false });
    const isOther = found?.uid !== own || (found.gid !== process.getegid?.() && found.mode & groupBits);
    if (found?.isFile() && isOther) foreign.set(`${found.uid} ${found.gid}`, { ...found, file });
  }
  if (foreign.size > 0) tryToGive(directory, [...foreign.values()]);
}

/** By a file that is no archive yet. */
function tryToGive(directory: string, files: readonly (Access & { readonly file: string })[]): void {
  const draft = join(directory, `retain-${randomUUID()}.gz`);
  let made: number;
  try {
    made = openSync(draft, "wx", 0o600);
  } catch (error) {
    // What frees a disk that is full must not need room on it.
    if (["ENOSPC", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code))) return;
    throw refused(directory, files[0]!, error);
  }
  try {
    for (const file of files) {
      try {
        makeLike(made, file);
      } catch (error) {
        throw refused(directory, file, error);
      }
    }
  } finally {
    closeSync(made);
    unlinkSync(draft);
  }
}

function refused(
  directory: string,
  { file, uid }: Access & { readonly file: string },
  cause: unknown,
): AuditError {
  return new AuditError(
    "JOURNAL_UNWRITABLE",
    `${file} in ${directory} belongs to user ${uid}, and this is user ${process.geteuid?.()}, who cannot give an archive of it to them ` +
      `(${(cause as NodeJS.ErrnoException).code}): the application could not read its journal any more. Run this as that user, or as root. ` +
      "Nothing was archived or deleted.",
    { cause },
  );
}
