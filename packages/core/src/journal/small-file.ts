import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/**
 * The bytes of a plain file that has no more than so many; null of anything else: a pipe never ends.
 *
 * @throws the file system's error when it cannot be opened: `ELOOP` for a symbolic link, which leads elsewhere
 */
export function smallFile(path: string, mostBytes: number): Buffer | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) return null;
    const bytes = Buffer.alloc(mostBytes + 1);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return length > mostBytes ? null : bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
