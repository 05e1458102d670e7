import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UnusableError } from "./exit-code.ts";

/** A file to make. */
export interface NewFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * Makes files (0600) in a directory, which is made (0700) when it is not there. A file that is there and holds the same
 * stays; one that holds something else is never written over, and then none is made.
 *
 * @returns their paths
 * @throws UnusableError
 */
export function makeNewFiles(directory: string, files: readonly NewFile[]): string[] {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const missing = files.filter((file) => !isThere(join(directory, file.name), file.content));
    for (const { name, content } of missing) make(join(directory, name), content);
    return files.map(({ name }) => join(directory, name));
  } catch (cause) {
    if (cause instanceof UnusableError) throw cause;
    throw new UnusableError(`Cannot write to ${directory}: ${(cause as Error).message}.`, { cause });
  }
}

function isThere(path: string, content: string | Uint8Array): boolean {
  let present: Buffer;
  try {
    present = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  if (present.equals(Buffer.from(content as string))) return true;
  throw new UnusableError(
    `${path} is there already and holds something else. Nothing was written: choose another directory with --out.`,
  );
}

function make(path: string, content: string | Uint8Array): void {
  // Not over what came between: a link that was just laid there must not be followed.
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
