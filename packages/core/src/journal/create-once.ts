import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from "node:fs";

/**
 * Makes a file (0600) with its content, all at once: another process sees it whole or not at all. Returns false, and
 * changes nothing, when it is there already.
 */
export function createOnce(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeNew(draft, content);
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
    }
  } finally {
    rmSync(draft, { force: true });
  }
  // A file system without links: then it is not all at once.
  try {
    writeNew(path, content);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function writeNew(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
