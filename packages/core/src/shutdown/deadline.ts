const sliceMs = 1000;

/**
 * So much time for one thing after the other. While a process stands still (stopped, frozen by a platform, on a machine that
 * sleeps) its work stands still too: of such a stretch no more than a second counts. And when the time is up, the event loop has
 * had a turn to say that the work is done. The process stays alive while something is waited for.
 */
export class Deadline {
  #left: number;
  readonly #hurry: AbortSignal | undefined;

  /** @param hurry when it aborts, the time is up */
  constructor(ms: number, hurry?: AbortSignal) {
    this.#left = ms;
    this.#hurry = hurry;
  }

  /** In milliseconds. */
  get left(): number {
    return this.#hurry?.aborted ? 0 : Math.max(0, this.#left);
  }

  /** Waits for work, and says whether it was done in time. What it rejects with is not told: that is for who began it. */
  async allows(work: Promise<unknown>): Promise<boolean> {
    let isDone = false;
    let wake = () => {};
    const done = () => {
      isDone = true;
      wake();
    };
    work.then(done, done);
    // What is done already is seen to be, however little time there is.
    await null;
    const onHurry = () => wake();
    this.#hurry?.addEventListener("abort", onHurry);
    try {
      while (!isDone && this.left > 0) {
        const ms = Math.min(this.left, sliceMs);
        const begun = performance.now();
        await new Promise<void>((resolve) => {
          const timer = setTimeout(() => setImmediate(resolve), ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        this.#left -= Math.min(performance.now() - begun, ms);
      }
    } finally {
      this.#hurry?.removeEventListener("abort", onHurry);
    }
    return isDone;
  }
}
