import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UnusableError } from "./exit-code.ts";

/** Before the work whose outcome is to stand there. @throws UnusableError when a file is there, and may not be replaced */
export function checkFree(path: string, { force = false }): void {
  if (!force && existsSync(path)) throw taken(path);
  if (!existsSync(dirname(path)))
    throw new UnusableError(`Cannot write ${path}: there is no directory ${dirname(path)}.`);
}

/**
 * Writes a file (0600) that is there whole or not at all, whatever ends this process.
 *
 * @param force whether it may take the place of one that is there. @default false
 * @throws UnusableError
 */
export function writeWholeFile(path: string, content: string, { force = false } = {}): void {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const file = openSync(unfinished, "wx", 0o600);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (force) renameSync(unfinished, path);
    // Unlike a rename, it never takes the place of what came meanwhile.
    else linkSync(unfinished, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw taken(path);
    throw new UnusableError(`Cannot write ${path}: ${(cause as Error).message}.`, { cause });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function taken(path: string): UnusableError {
  return new UnusableError(
    `${path} is there already, and nothing was written: say --force, or another name.`,
  );
}
