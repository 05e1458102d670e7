import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { flushDirectory } from "./journal-file.ts";
import { giveTo, type Owner } from "./owner.ts";

/**
 * Puts a file with a content in the place of another, whose mode it takes over, and by root its owner; 0600 where there was none. Whoever
 * looks sees all of the one or all of the other, also after a crash.
 *
 * @param owner whose it is to be where there was none, as `ownerIn` says. @default who makes it
 */
export function replaceFile(path: string, content: string | Uint8Array, owner: Owner | null = null): void {
  // No name that somebody could foresee, and lay a link there.
  const draft = `${path}.${randomUUID()}`;
  const before = statSync(path, { throwIfNoEntry: false });
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      giveTo(file, before && process.geteuid?.() === 0 ? before : owner);
      if (before) chmodSync(draft, before.mode & 0o777);
      // Unlike writeSync it goes on until all is written, or says that the disk is full.
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  flushDirectory(dirname(path));
}
