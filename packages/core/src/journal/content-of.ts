import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** None of the files that are read in one piece comes near this: those of a cursor for a thousand years have 40 MB. */
const mostBytes = 64 << 20;

/**
 * Null only when there is no such file: to `existsSync`, one that cannot be looked at is not there either.
 *
 * @throws the file system's error, and for what is no plain file or far too large: a pipe that nobody writes to would hold up
 * the process for ever
 */
export function contentOf(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new Error(`${path} is not a regular file`);
    if (found.size > mostBytes) throw new Error(`${path} has ${found.size} bytes, which is far too many`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
