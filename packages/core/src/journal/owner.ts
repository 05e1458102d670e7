import { fchownSync, fstatSync, statSync } from "node:fs";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whose a file is to be that root makes in a directory: of whoever the directory belongs to, who must be able to read it later. Null for
 * everybody else.
 */
export function ownerIn(directory: string): Owner | null {
  return process.geteuid?.() === 0 ? statSync(directory) : null;
}

/** Gives a file that was just made to an owner. What cannot be given away stays with who made it. */
export function giveTo(file: number, owner: Owner | null): void {
  if (owner === null) return;
  const made = fstatSync(file);
  if (made.uid === owner.uid && made.gid === owner.gid) return;
  try {
    fchownSync(file, owner.uid, owner.gid);
  } catch (error) {
    // A root that may not, in some containers; a file system without owners.
    if (!["EPERM", "ENOSYS", "EINVAL"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
