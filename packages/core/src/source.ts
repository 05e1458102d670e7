import type { AuditEntry } from "./entry/entry.ts";
import type { ReadJournalOptions } from "./journal/read-journal.ts";

export interface ReadSourceOptions extends ReadJournalOptions {
  /** Stops the reading: it rejects with the reason. */
  readonly signal?: AbortSignal;
}

/** A place that entries can be read from again: a journal, or a store that a sink has filled. */
export interface AuditSource {
  /** What it is, in messages; without anything secret. */
  readonly name: string;
  /**
   * The entries that match, oldest first and each `id` once, read no further than they are asked for. Nothing is verified
   * here.
   */
  read(options?: ReadSourceOptions): AsyncIterable<AuditEntry>;
  /**
   * All lines of each UTC day (of `recorded_at`), oldest day first, as they were written: what a verification reads. Within a
   * day, the lines of each log are in the order of their `seq`.
   */
  days(options?: ReadDaysOptions): AsyncIterable<SourceDay>;
  /** Lets go of connections that it has made itself. */
  close?(): Promise<void>;
}

export interface ReadDaysOptions {
  /** The first day, as YYYY-MM-DD. @default from the beginning */
  readonly since?: string;
  /** The day after the last one. @default to the end */
  readonly until?: string;
  readonly signal?: AbortSignal;
}

/** What a source has of one day. */
export interface SourceDay {
  /** As YYYY-MM-DD. */
  readonly day: string;
  /** About how many bytes the lines have; null when that is not known. */
  readonly bytes: number | null;
  /** The exact lines, without LF. */
  lines(): AsyncIterable<string>;
}
