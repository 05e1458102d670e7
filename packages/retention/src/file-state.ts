import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dayOfFile } from "@openrouter-audit/core";

/** A file as it lies on the disk. */
export interface StoredFile {
  /** Its length in bytes. */
  readonly size: number;
  /** Another text when somebody wrote to it, or put another in its place: who changes a file cannot set the time of that change. */
  readonly state: string;
}

/** What is on the disk under a name; null when it is no regular file, or nothing. */
export function storedFile(directory: string, file: string): StoredFile | null {
  const found = lstatSync(join(directory, file), { bigint: true, throwIfNoEntry: false });
  if (!found?.isFile()) return null;
  const { dev, ino, size, ctimeNs } = found;
  return { size: Number(size), state: [dev, ino, size, ctimeNs].join("/") };
}

/** Whether a file is what it was. */
export function isUnchanged(directory: string, file: string, before: StoredFile): boolean {
  return storedFile(directory, file)?.state === before.state;
}

/** What has the name of a file of a journal. Links and directories too: nothing reads them, and who looks at a plan wonders. */
export function journalNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => dayOfFile(name) !== null)
    .sort();
}
