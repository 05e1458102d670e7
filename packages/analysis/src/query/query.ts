import type { AuditEntry, SkippedLine } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import type { EntryFilter } from "../filter/entry-filter.ts";

export interface QueryOptions {
  /** A column, `-` before it for the greatest first: `recorded_at`, `-recorded_at`, `-cost_usd`. What is null comes last. @default "recorded_at" */
  readonly order?: string;
  /** At most so many, the first in that order. @default all */
  readonly limit?: number;
  /** Where the page before ended: its `next`. */
  readonly cursor?: string;
  /** Told of each line that is no entry, where it was met. */
  readonly onSkipped?: (line: SkippedLine) => void;
  /** Told of each `audit.gap` about a time between `since` and `until`, whatever else is asked for. */
  readonly onGap?: (gap: AuditEntry) => void;
  readonly signal?: AbortSignal;
}

/** One page of a search, and where the next begins. */
export interface Page {
  readonly entries: readonly AuditEntry[];
  /** Null when there are no more. */
  readonly next: string | null;
}

/**
 * The entries that match, as they are found: the first at once, each `id` once, of a call that was taken for ended and has its real
 * end as well, the real one. Entries are made from the lines; nothing is verified here.
 *
 * @param source an opened table, or a place as `openEntries` takes it
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export function query(
  _source: EntryTable | string,
  _filter: EntryFilter = {},
  _options: QueryOptions = {},
): AsyncIterable<AuditEntry> {
  throw new Error("not yet");
}
