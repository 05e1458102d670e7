import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/**
 * The bytes of a plain file of at most so many bytes, or null when there is none: a link leads elsewhere, a pipe never
 * ends, and a file may be of any size.
 *
 * @throws the file system's error when the file cannot be read
 */
export function readSmallFile(path: string, mostBytes: number): Buffer | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (notThere.has((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size > mostBytes) return null;
    const bytes = Buffer.alloc(found.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** `ELOOP` is a symbolic link, and `ENXIO` a socket. */
const notThere: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"]);
