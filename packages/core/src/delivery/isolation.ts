const failuresBeforeHalving = 3;
/** For a sink that has taken nothing yet, there is nothing that tells a place that is away from an entry that is at fault. */
const failuresBeforeJudging = { known: 1, unknown: 12 } as const;
const accusationsBeforeSentence = 3;

/**
 * Finds the one entry of a batch that a sink does not take, without a word from the sink. A batch that fails again and again is
 * halved down to one entry. When that one fails alone, others are tried beside it, see `judge`: it is poison when it was
 * accused three times in a row, and by then has failed at least five times alone.
 */
export class Isolation {
  #failures = 0;
  /** How often one entry alone has failed. */
  #alone = 0;
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

  /** The first `count` entries failed together. */
  failed(count: number): void {
    this.#failures += 1;
    if (!this.isOn) {
      if (this.#failures < failuresBeforeHalving) return;
      this.#suspects = count;
    }
    this.#most = Math.ceil(count / 2);
    this.#alone = count === 1 ? this.#alone + 1 : 0;
  }

  /** Whether one entry alone is under suspicion, for long enough. @param isKnown whether the sink has taken others before */
  mayJudge(isKnown: boolean): boolean {
    return this.#alone >= failuresBeforeJudging[isKnown ? "known" : "unknown"];
  }

  /** The one that failed was accused, or not. @returns whether it is poison */
  judged(isAccused: boolean): boolean {
    this.#accusations = isAccused ? this.#accusations + 1 : 0;
    return this.#accusations >= accusationsBeforeSentence;
  }

  /** The first `count` entries were taken, or set aside. */
  passed(count: number): void {
    this.#failures = 0;
    this.#alone = 0;
    this.#accusations = 0;
    this.#suspects = Math.max(0, this.#suspects - count);
    this.#most = this.isOn ? Math.min(this.#most * 2, this.#suspects) : Number.POSITIVE_INFINITY;
  }
}
