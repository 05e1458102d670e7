import type { Clock } from "./clock.ts";

const firstMs = 250;

/** How long to wait before the next try: exponential, with full jitter, so that many who wait for one place do not come at once. */
export class BackOff {
  readonly #clock: Clock;
  readonly #longestMs: number;
  #tries = 0;

  /** @param longestMs what a pause grows up to. */
  constructor(clock: Clock, longestMs: number) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  /** The next pause, in milliseconds: anything from 0 to 250, then to 500, to 1000, and so on. */
  next(): number {
    // More doublings than that make no difference, and at some point no number.
    const most = Math.min(this.#longestMs, firstMs * 2 ** Math.min(this.#tries, 30));
    this.#tries += 1;
    return this.#clock.random() * most;
  }

  reset(): void {
    this.#tries = 0;
  }
}
