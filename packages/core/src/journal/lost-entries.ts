import type { AuditGap } from "../audit-events.ts";

/** Why an entry is in no log. */
export type LossReason = "journal_unwritable" | "buffer_full" | "sink_unavailable";

interface Loss {
  count: number;
  readonly since: string;
  until: number;
}

/**
 * Counts entries that are in no log, for the `audit.gap` that says so. What a gap says is fixed before it is written for the
 * first time, and it is written until that works: what failed may be on the disk already, and under the same id it counts
 * once. Meanwhile further losses wait for a gap of their own.
 */
export class LostEntries {
  #total = 0;
  /** How many of them a gap on the disk says. */
  #told = 0;
  readonly #open = new Map<LossReason, Loss>();
  /** How many gaps are on their way to the disk. */
  #underWay = 0;

  /** How many since the journal was opened. */
  get total(): number {
    return this.#total;
  }

  /** How many no gap on the disk says yet. */
  get untold(): number {
    return this.#total - this.#told;
  }

  /** Whether there is something to say that is not on its way. */
  get isOwed(): boolean {
    return this.#underWay === 0 && this.#open.size > 0;
  }

  count(reason: LossReason): void {
    this.#total += 1;
    const now = Date.now();
    const loss = this.#open.get(reason);
    if (loss) {
      loss.count += 1;
      loss.until = now;
    } else this.#open.set(reason, { count: 1, since: new Date(now).toISOString(), until: now });
  }

  /**
   * The gaps to write, one for each reason. None while others are on their way, so that they do not add up while the disk
   * fails; but those too when nothing will follow.
   */
  next(isLast: boolean): AuditGap[] {
    if (!this.isOwed && !isLast) return [];
    const gaps = [...this.#open].map(([reason, { count, since, until }]) => {
      return { reason, count, since, until: new Date(until).toISOString() };
    });
    this.#open.clear();
    this.#underWay += gaps.length;
    return gaps;
  }

  /** One of the gaps that were given out is on the disk. */
  written(count: number): void {
    this.#told += count;
    this.#underWay -= 1;
  }
}
