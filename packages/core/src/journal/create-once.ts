import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { giveTo, type Owner } from "./owner.ts";

/** How file systems without hard links (SMB, FAT, some FUSE ones) refuse to make one. */
const withoutLinks = new Set<string | undefined>(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * Makes a file (0600) with a content, unless there is one. Whoever sees the file sees all of it: several processes may
 * start at once, and a name that is taken before its content is written shows an empty file to the others.
 *
 * @param owner whose it is to be, as `ownerIn` says. @default who makes it
 * @returns false when there was one already.
 */
export function createOnce(path: string, content: string, owner: Owner | null = null): boolean {
  // First, because a full disk does not take the draft of what is there already.
  if (existsSync(path)) return false;
  const draft = `${path}.${randomUUID()}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    giveTo(file, owner);
    // Unlike writeSync it goes on until all is written, or says that the disk is full.
    writeFileSync(file, content);
    fsyncSync(file);
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!withoutLinks.has(code)) throw error;
    return createInPlace(path, content);
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
}

function createInPlace(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
