import { afterAwake, type Clock } from "./clock.ts";

interface Waiting {
  readonly position: number;
  readonly arrived: (inTime: boolean) => void;
}

/** Those who wait until what they sent has arrived. */
export class Arrivals {
  readonly #clock: Clock;
  // In the order of their positions, because each waits for the newest entry there is.
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with true when everything before the position has arrived, with false when the time is up. */
  upTo(position: number, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        position,
        arrived: (inTime) => {
          this.#waiting.delete(waiting);
          cancel();
          resolve(inTime);
        },
      };
      const cancel = afterAwake(this.#clock, timeoutMs, () => waiting.arrived(false), { waits: true });
      this.#waiting.add(waiting);
    });
  }

  /** Everything before this position has arrived. */
  reached(position: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.position > position) return;
      waiting.arrived(true);
    }
  }
}
