import { randomUUID } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holderOf, lockDirectory } from "@openrouter-audit/core/seal";

const prefix = "openrouter-audit-package-";

/**
 * Lets something be done in a folder (0700) of this process alone, which is removed afterwards. What a process left behind that was
 * killed is removed too: the next one finds its name and that it is dead.
 *
 * @param isOne whether a name in `parent` is that of such a folder
 */
export async function inWorkingFolder<T>(
  parent: string,
  name: string,
  isOne: (name: string) => boolean,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(parent, name);
  await mkdir(directory, { mode: 0o700 });
  try {
    lockDirectory(directory);
    await removeLeftBehind(parent, isOne);
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The same where temporary files are. */
export function inTemporaryFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const isOne = (name: string) => name.startsWith(prefix);
  return inWorkingFolder(tmpdir(), `${prefix}${randomUUID()}`, isOne, work);
}

async function removeLeftBehind(parent: string, isOne: (name: string) => boolean): Promise<void> {
  for (const name of namesIn(parent).filter(isOne)) {
    const path = join(parent, name);
    // What cannot be removed is no reason not to go on.
    if (isDead(path)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A folder may be for writing alone.
    return [];
  }
}

function isDead(path: string): boolean {
  try {
    const found = lstatSync(path);
    const isOwn = process.getuid === undefined || found.uid === process.getuid();
    return found.isDirectory() && isOwn && holderOf(path)?.life === "dead";
  } catch {
    return false;
  }
}
