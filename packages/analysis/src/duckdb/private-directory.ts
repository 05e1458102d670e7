import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuditError } from "@openrouter-audit/core";
import { holderOf, lockDirectory } from "@openrouter-audit/core/seal";

const prefix = "openrouter-audit-engine-";

/** A directory (0700) of an engine, which says whose it is, so that what a process left behind that was killed can be told from what is in use. @throws AuditError `ENGINE_MISSING` */
export function privateDirectory(): { readonly directory: string; readonly remove: () => void } {
  const directory = newDirectory();
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    lockDirectory(directory);
  } catch {
    // On a full disk there are answers that need no room: only, nobody will know whose it was.
  }
  return { directory, remove };
}

function newDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  } catch (cause) {
    throw new AuditError(
      "ENGINE_MISSING",
      `The engine that answers questions about files needs a directory for what does not fit into memory, and cannot make one in ${tmpdir()}: ${(cause as Error).message}. Set TMPDIR to a directory that this user may write to.`,
      { cause },
    );
  }
}

/** Removes what processes left behind that ended the hard way: there are entries in it, and it may fill the disk. */
export function sweepLeftDirectories(): void {
  for (const name of namesIn(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const directory = join(tmpdir(), name);
    try {
      if (isOwn(directory) && holderOf(directory)?.life === "dead")
        rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another one sweeps as well, or it is somebody else's: no reason not to answer.
    }
  }
}

/** None of a directory that may be written to, and not listed. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Others may write to the directory for temporary files, also links to what is not theirs. */
function isOwn(path: string): boolean {
  const found = lstatSync(path);
  const isOfUser = process.getuid === undefined || found.uid === process.getuid();
  return found.isDirectory() && isOfUser;
}
