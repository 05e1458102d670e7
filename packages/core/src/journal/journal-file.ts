import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  open,
  openSync,
  readSync,
  statSync,
  write,
} from "node:fs";
import { open as openHandle } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileNameOf } from "./file-names.ts";
import { FileSync, type Unsynced } from "./file-sync.ts";
import { type SyncSetting, writeThroughFlag } from "./sync-policy.ts";

const append = promisify(write);
const openLater = promisify(open);
const lineFeed = Buffer.from("\n");

export interface JournalFileOptions extends SyncSetting {
  readonly directory: string;
  /** Whose file it is. @default null, for the one that all write to */
  readonly writer?: string | null;
  /** Told of entries that were recorded, and may not be on the disk after all: only with the policy `interval`. */
  readonly onUnsynced: (unsynced: Unsynced) => void;
}

/** How far a file of the journal is written. */
export interface JournalEnd {
  /** Its name. */
  readonly file: string;
  /** In bytes: where this log's lines end or, when other processes append too, behind that. */
  readonly size: number;
}

/** One open journal file. Appends only; made with mode 0600. */
export class JournalFile {
  readonly day: string;
  readonly name: string;
  readonly #directory: string;
  readonly #path: string;
  readonly #fd: number;
  readonly #inode: bigint;
  readonly #device: bigint;
  readonly #sync: FileSync;
  #isNameOnDisk = false;
  #isClosed = false;
  /** How many bytes the file had when its last line was ours. */
  #written = 0n;

  /** @throws the file system's error when the file cannot be opened; symbolic links are refused (`ELOOP`). */
  static openNow(day: string, options: JournalFileOptions): JournalFile {
    const { name, path, flags } = howToOpen(day, options);
    return new JournalFile(day, name, openSync(path, flags, 0o600), flags, options);
  }

  /** The same without holding up the process: a disk that stalls may do so here too. */
  static async open(day: string, options: JournalFileOptions): Promise<JournalFile> {
    const { name, path, flags } = howToOpen(day, options);
    return new JournalFile(day, name, await openLater(path, flags, 0o600), flags, options);
  }

  private constructor(day: string, name: string, fd: number, flags: number, options: JournalFileOptions) {
    this.day = day;
    this.name = name;
    this.#directory = options.directory;
    this.#path = join(options.directory, name);
    this.#fd = fd;
    this.#sync = new FileSync(fd, options, (flags & constants.O_DSYNC) !== 0, options.onUnsynced);
    try {
      const found = fstatSync(fd, { bigint: true });
      if (!found.isFile()) throw new Error(`${this.#path} is not a file`);
      this.#inode = found.ino;
      this.#device = found.dev;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Whether it may be written to. */
  get isTrusted(): boolean {
    return !this.#sync.failed;
  }

  /** In bytes, with what others appended. */
  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /**
   * Appends in one write and resolves when the bytes are as safe as the policy wants them.
   *
   * @returns how many bytes the file had right after that: what other processes appended is in it too
   * @throws also when not all of them could be written
   */
  async append(lines: Buffer): Promise<number> {
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
    const grown = fstatSync(this.#fd).size;
    await this.#sync.written();
    if (!this.#isNameOnDisk) await this.#flushName();
    return grown;
  }

  /** Resolves when everything that was appended is on the disk, but with the policy `never`. */
  force(): Promise<void> {
    return this.#sync.force();
  }

  /** Never throws. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sync.stop(() => {
      try {
        closeSync(this.#fd);
      } catch {
        // On some file systems an error of an earlier write comes up here (close(2)). What was called recorded was forced to
        // the disk before, which is where such an error counts; and nobody is left to be told.
      }
    });
  }

  /** Also of a file that was there: another process may have made it just now. */
  async #flushName(): Promise<void> {
    if (process.platform !== "win32") {
      const handle = await openHandle(this.#directory);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    this.#isNameOnDisk = true;
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

function howToOpen(day: string, { directory, writer = null, sync }: JournalFileOptions) {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | writeThroughFlag(directory, sync);
  const name = fileNameOf(day, writer);
  return { name, path: join(directory, name), flags };
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
