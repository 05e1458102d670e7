import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  statSync,
  write,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileNameOf } from "./file-names.ts";

const flush = promisify(fdatasync);
const append = promisify(write);
const lineFeed = Buffer.from("\n");

/** One open journal file. Appends only; made with mode 0600. */
export class JournalFile {
  readonly day: string;
  readonly #path: string;
  readonly #fd: number;
  readonly #inode: bigint;
  readonly #device: bigint;
  /** How many bytes the file had when its last line was ours. */
  #written = 0n;
  #size = 0;

  /** @throws the file system's error when the file cannot be opened; symbolic links are refused (`ELOOP`). */
  constructor(directory: string, day: string) {
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
    this.day = day;
    this.#path = join(directory, fileNameOf(day));
    this.#fd = openSync(this.#path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      const found = fstatSync(this.#fd, { bigint: true });
      if (!found.isFile()) throw new Error(`${this.#path} is not a file`);
      this.#inode = found.ino;
      this.#device = found.dev;
      flushDirectory(directory);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Appends in one write and resolves when the bytes are on the disk. @throws also when not all of them could be written */
  async append(lines: Buffer): Promise<void> {
    const size = this.#sizeInPlace();
    // Someone's last write was cut: the fragment stays as evidence, but the next line must not be glued to it.
    const bytes = this.#endsTorn(size) ? Buffer.concat([lineFeed, lines]) : lines;
    const { bytesWritten } = await append(this.#fd, bytes);
    if (bytesWritten < bytes.length) {
      // Not continued: another process may have appended in between, and the rest would stand behind its lines. Ending
      // the fragment also makes a full disk say that it is full.
      await append(this.#fd, lineFeed);
      throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    }
    this.#written = size + BigInt(bytesWritten);
    // Other processes append too. What stands there before the flush is on the disk after it.
    const { size: grown } = fstatSync(this.#fd);
    await flush(this.#fd);
    this.#size = grown;
  }

  /** How many bytes the file had after the newest append: no less than where its lines end. */
  get size(): number {
    return this.#size;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** The size, of a file that is still where readers look for it: what is written to a removed file is lost. */
  #sizeInPlace(): bigint {
    const { ino, dev, size } = statSync(this.#path, { bigint: true });
    if (ino !== this.#inode || dev !== this.#device) {
      throw new Error(`${this.#path} was moved or replaced while it was written to`);
    }
    return size;
  }

  #endsTorn(size: bigint): boolean {
    // What ends with what this process wrote ends with a LF.
    if (size === 0n || size === this.#written) return false;
    const last = Buffer.alloc(1);
    readSync(this.#fd, last, 0, 1, size - 1n);
    return last[0] !== 0x0a;
  }
}

/** The name of a new file is durable only when its directory is. */
export function flushDirectory(directory: string): void {
  // Windows opens no directories, and needs no such thing.
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
