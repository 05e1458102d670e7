import type { Clock } from "./clock.ts";

/** A pause that can be cut short. */
export class Pause {
  readonly #clock: Clock;
  #end: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => this.end());
      this.#end = () => {
        cancel();
        this.#end = () => {};
        resolve();
      };
    });
  }

  end(): void {
    this.#end();
  }
}
