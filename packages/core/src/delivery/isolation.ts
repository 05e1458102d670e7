const failuresBeforeHalving = 3;
const failuresBeforeJudging = 5;

/**
 * Finds the one entry of a batch that a sink does not take, without a word from the sink. A batch that fails again and again is
 * halved down to one entry. That one is poison when it fails five times in a row and each time another entry, tried
 * right after it, is taken: in an outage nothing is taken, so that nobody is blamed for one.
 */
export class Isolation {
  #failures = 0;
  /** How many of the first entries are under suspicion. */
  #suspects = 0;
  #most = Number.POSITIVE_INFINITY;
  #accusations = 0;

  /** The most entries to try at once. */
  get most(): number {
    return this.#most;
  }

  /** Whether some entries are under suspicion. */
  get isOn(): boolean {
    return this.#suspects > 0;
  }

  /** Whether one entry alone is under suspicion. */
  get isAlone(): boolean {
    return this.isOn && this.#most === 1;
  }

  /** The first `count` entries failed together. */
  failed(count: number): void {
    this.#failures += 1;
    if (!this.isOn) {
      if (this.#failures < failuresBeforeHalving) return;
      this.#suspects = count;
    }
    this.#most = Math.ceil(count / 2);
  }

  /** Another entry was tried alone, right after the suspect failed. @returns whether the suspect is poison */
  compared(otherWasTaken: boolean): boolean {
    this.#accusations = otherWasTaken ? this.#accusations + 1 : 0;
    return this.#accusations >= failuresBeforeJudging;
  }

  /** The first `count` entries were taken, or set aside. */
  passed(count: number): void {
    this.#failures = 0;
    this.#accusations = 0;
    this.#suspects = Math.max(0, this.#suspects - count);
    this.#most = this.isOn ? Math.min(this.#most * 2, this.#suspects) : Number.POSITIVE_INFINITY;
  }
}
