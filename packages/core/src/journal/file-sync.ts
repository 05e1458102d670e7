import { fdatasync } from "node:fs";
import { promisify } from "node:util";
import type { SyncSetting } from "./sync-policy.ts";

const flush = promisify(fdatasync);

/** What an `interval` left undone. */
export interface Unsynced {
  /** When the first entry was written that may not be on the disk. */
  readonly since: Date;
  readonly cause: unknown;
}

/** Forces what was written to one file to the disk, when the policy says so. */
export class FileSync {
  readonly #fd: number;
  readonly #setting: SyncSetting;
  /** Whether the file does it by itself, with each write. */
  readonly #writesThrough: boolean;
  readonly #onUnsynced: (unsynced: Unsynced) => void;
  #timer: NodeJS.Timeout | undefined;
  #dirtySince: Date | null = null;
  #running: Promise<void> | null = null;
  #runningSince = 0;
  #failed = false;

  constructor(
    fd: number,
    setting: SyncSetting,
    writesThrough: boolean,
    onUnsynced: (unsynced: Unsynced) => void,
  ) {
    this.#fd = fd;
    this.#setting = setting;
    this.#writesThrough = writesThrough;
    this.#onUnsynced = onUnsynced;
  }

  /**
   * Whether forcing has failed. Linux says so once, and takes the pages for written from then on (fsync(2), "EIO"): the
   * file is of no more use.
   */
  get failed(): boolean {
    return this.#failed;
  }

  /** Resolves when what was just written may be called recorded. */
  async written(): Promise<void> {
    const { sync, syncIntervalMs } = this.#setting;
    if (sync === "commit" && !this.#writesThrough) return flush(this.#fd);
    if (sync !== "interval") return;
    this.#dirtySince ??= new Date();
    // What takes longer than the interval holds up what follows, and so is noticed when it takes too long.
    if (this.#running && performance.now() - this.#runningSince > syncIntervalMs) await this.#running;
    this.#timer ??= setTimeout(() => void this.force().catch(() => undefined), syncIntervalMs).unref();
  }

  /** Resolves when everything that was written is on the disk. With `never`, nobody cares. */
  async force(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One at a time, so that a later success does not hide an earlier failure.
    while (this.#running) await this.#running;
    if (this.#dirtySince === null) return;
    this.#runningSince = performance.now();
    this.#running = this.#force(this.#dirtySince).finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  /** Calls back when the file may be closed: what was called recorded is still owed to the disk. */
  stop(stopped: () => void): void {
    clearTimeout(this.#timer);
    // While something is under way on it, the number of the file must not be given to the next.
    if (this.#running || (this.#dirtySince && !this.#failed)) this.force().then(stopped, stopped);
    else stopped();
  }

  async #force(since: Date): Promise<void> {
    this.#dirtySince = null;
    try {
      await flush(this.#fd);
    } catch (cause) {
      this.#failed = true;
      this.#onUnsynced({ since, cause });
      throw cause;
    }
  }
}
