const delayMs = { first: 100, longest: 5_000 } as const;

/** Has something tried again, and each time later than the last: after 0.1 s, 0.2 s and so on, up to 5 s. */
export class RetryTimer {
  readonly #attempt: () => void;
  #delay: number = delayMs.first;
  #timer: NodeJS.Timeout | undefined;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(this.#attempt, this.#delay).unref();
    this.#delay = Math.min(this.#delay * 2, delayMs.longest);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** It worked: the next time it begins anew. */
  reset(): void {
    this.stop();
    this.#delay = delayMs.first;
  }
}
