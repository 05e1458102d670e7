import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { flushDirectory } from "./journal-file.ts";

/** Puts a file (0600) with a content in the place of another. Whoever looks sees all of the one or all of the other, also after a crash. */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
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
