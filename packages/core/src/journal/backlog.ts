import type { EntryDraft, JsonObject } from "../entry/entry.ts";

const mostKept = 10_000;

/** What every log writes for itself. */
const writtenAnew = new Set(["audit.opened", "audit.gap", "audit.heartbeat", "audit.closed"]);

/** Entries that the disk refused, kept in memory until it takes them. What does not fit is counted. */
export class Backlog {
  #kept: EntryDraft[] = [];
  #dropped = { count: 0, since: "" };

  keep(draft: EntryDraft): void {
    if (writtenAnew.has(draft.event_type)) return;
    if (this.#kept.length < mostKept) {
      this.#kept.push(draft);
      return;
    }
    this.#dropped.since ||= new Date().toISOString();
    this.#dropped.count += 1;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** How many were dropped that no gap on the disk counts yet. */
  get lost(): number {
    return this.#dropped.count;
  }

  /** Gives back what was kept, oldest first, and forgets it. */
  take(): EntryDraft[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }

  /** The `detail` of an `audit.gap` entry, when entries were dropped. */
  get gap(): JsonObject | null {
    const { count, since } = this.#dropped;
    if (count === 0) return null;
    return { reason: "journal_unwritable", count, since, until: new Date().toISOString() };
  }

  /** The gap is on the disk. */
  gapRecorded(): void {
    this.#dropped = { count: 0, since: "" };
  }
}
