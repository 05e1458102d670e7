const ticksInLimit = 16;

export interface StallWatchOptions {
  readonly limitMs: number;
  /** By the clock of the watch, since when somebody has been waiting; null when nobody does. */
  readonly waitingSince: () => number | null;
  readonly overdue: () => void;
}

/**
 * Notices when somebody has waited for too long: at most as long as the limit, and at least 15/16 of it. Its clock stands
 * still while the process does (SIGSTOP, a function that is frozen, a loop that is busy): a disk that nobody listened to
 * has not stalled.
 */
export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #tickMs: number;
  #time = 0;
  #lastTick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StallWatchOptions) {
    this.#options = options;
    this.#tickMs = Math.max(1, options.limitMs / ticksInLimit);
  }

  /** Milliseconds that the process has run while the watch did, as of the last tick. */
  get time(): number {
    return this.#time;
  }

  /** Goes on until nobody waits any more. @returns the time */
  start(): number {
    if (!this.#timer) {
      this.#lastTick = performance.now();
      this.#timer = setInterval(() => this.#tick(), this.#tickMs).unref();
    }
    return this.#time;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  get #isOverdue(): boolean {
    const since = this.#options.waitingSince();
    return since !== null && this.#time - since >= this.#options.limitMs;
  }

  #tick(): void {
    const now = performance.now();
    this.#time += Math.min(now - this.#lastTick, 2 * this.#tickMs);
    this.#lastTick = now;
    if (this.#options.waitingSince() === null) this.stop();
    // Timers come before what the disk has said meanwhile.
    else if (this.#isOverdue) setImmediate(() => this.#isOverdue && this.#options.overdue());
  }
}
