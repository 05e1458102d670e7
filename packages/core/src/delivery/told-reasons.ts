const restMs = 10_000;
const mostReasons = 10;
/** Numbers of requests, addresses, times: what differs from one try to the next and is the same reason. Codes such as 503 stay. */
const varying = /(?=[\w.:-]*\d)[\w.:-]{4,}/g;

/**
 * What was said of one outage. Each reason is said once, numbers of more than three digits and what holds them aside: not
 * within ten seconds of another, and at most ten in all. See docs/delivery.md, "When a sink fails".
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
    const kind = reason.replace(varying, "#");
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
