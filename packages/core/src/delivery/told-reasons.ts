const restMs = 10_000;
const mostReasons = 10;
/** What has a digit is a count, an id, a time, an address: another with each try, of the same reason. Statuses such as 503 stay. */
const word = /[\w:-]+(?:\.[\w:-]+)*/g;
const kindOf = (reason: string) =>
  reason.replace(word, (found) => (/\d/.test(found) && !/^\d{3}$/.test(found) ? "#" : found));

/**
 * What was said of one outage. Each reason is said once, whatever numbers are in it: not within ten seconds of another, and at
 * most ten in all. See docs/delivery.md, "When a sink fails".
 */
export class ToldReasons {
  readonly #told = new Set<string>();
  #at = 0;

  /** Whether nothing was said yet. */
  get isEmpty(): boolean {
    return this.#told.size === 0;
  }

  /** Whether to say a reason now: then it counts as said. @param isUrgent whether it need not wait for its turn */
  isDue(reason: string, now: number, isUrgent = false): boolean {
    const kind = kindOf(reason);
    const since = now - this.#at;
    // Negative when the clock was set back.
    const isSoon = since >= 0 && since < restMs;
    const mustWait = !this.isEmpty && (isSoon || this.#told.size >= mostReasons);
    if (this.#told.has(kind) || (mustWait && !isUrgent)) return false;
    this.#told.add(kind);
    this.#at = now;
    return true;
  }

  clear(): void {
    this.#told.clear();
  }
}
