import type { AuditEntry } from "./entry/entry.ts";
import type { ReadJournalOptions } from "./journal/read-journal.ts";

export interface ReadSourceOptions extends ReadJournalOptions {
  /** Only so many of those that match, the newest; they come oldest first all the same. @default all */
  readonly newest?: number;
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
  /** All that it has at one moment, to be verified: what is written meanwhile is not in it. To be closed. */
  snapshot(): Promise<SourceSnapshot>;
  /** Lets go of connections that it has made itself. */
  close?(): Promise<void>;
}

/** What a source had at one moment. */
export interface SourceSnapshot {
  /** Each UTC day of which there are lines, the oldest first. */
  readonly days: readonly SourceDay[];
  close(): Promise<void>;
}

/** What a source has of one day: what the files of that day have in a journal. */
export interface SourceDay {
  /** As YYYY-MM-DD. */
  readonly day: string;
  /** The earliest day that lines of it were recorded on, where that is one before. */
  readonly recordedSince?: string;
  /** About how many bytes the lines have; null when that is not known. */
  readonly bytes: number | null;
  /**
   * The lines, those of each log in the order of their `seq`. Within a log days follow each other as the files of a journal
   * do: what was recorded after the clock was set back to an earlier day belongs to the later one, with what is before it.
   *
   * @param wanted which lines are looked for: a source that finds them by an index may leave out others
   */
  lines(wanted?: WantedLines): AsyncIterable<SourceLine>;
}

/** Lines of one log, or of entries of one `id`. */
export type WantedLines = { readonly id: string } | { readonly log: string; readonly seq?: number };

/** A line of a source. It is good until the next is asked for. */
export interface SourceLine {
  /** Exactly as it was written, without LF: as text, or its UTF-8. */
  readonly line: string | Buffer;
  /** False of the last line of a file when it had no LF: a write may have been cut there. @default true */
  readonly ended?: boolean;
  /** The place that the store has it in, said of a line that is no entry. */
  readonly place?: { readonly log: string; readonly seq: number };
  /** What the store says of it beside the line that the line does not say, such as names of columns: a search goes by those. */
  readonly contradicted?: readonly string[];
}
