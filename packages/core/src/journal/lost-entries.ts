import type { AuditGap } from "../audit-events.ts";

/** Why an entry is in no log. */
export type LossReason = "journal_unwritable" | "buffer_full";

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
  readonly #open = new Map<LossReason, Loss>();
  #gap: AuditGap | null = null;

  /** How many since the journal was opened. */
  get total(): number {
    return this.#total;
  }

  /** Whether there is a gap to write. */
  get isOwed(): boolean {
    return this.#gap === null && this.#open.size > 0;
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

  /** The gap to write; null when there is none, or the one before is not on the disk yet. */
  next(): AuditGap | null {
    if (!this.isOwed) return null;
    const [reason, { count, since, until }] = this.#open.entries().next().value!;
    this.#open.delete(reason);
    this.#gap = { reason, count, since, until: new Date(until).toISOString() };
    return this.#gap;
  }

  /** The gap that was given out is on the disk. */
  written(): void {
    this.#gap = null;
  }
}
