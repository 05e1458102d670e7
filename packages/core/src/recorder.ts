import type { AuditError } from "./audit-error.ts";
import type { EntryDraft } from "./entry/entry.ts";
import type { SealedEntry } from "./seal/sealed-entry.ts";

export interface AppendOptions {
  /**
   * The entry of something that has happened already: kept also when there is no more room for others. What holds it
   * back is that nothing new begins meanwhile. @default false
   */
  readonly owed?: boolean;
  /**
   * Nobody is told when it is refused with `JOURNAL_BUSY`, so that nobody tries again: then it counts as lost. @default false
   */
  readonly untold?: boolean;
}

/** Where entries are sealed and kept: the journal; without one, memory on the way to the sinks. */
export interface Recorder {
  /** Why nothing new may be recorded at present, or null. */
  readonly failure: AuditError | null;
  /**
   * Resolves with the sealed entry when it is kept: on the disk, or without a journal in line for the sinks.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `JOURNAL_BUSY`, `LOG_CLOSED`, `INVALID_ENTRY`
   */
  append(draft: EntryDraft, options?: AppendOptions): Promise<SealedEntry>;
  /** Resolves when everything appended so far is kept. @throws AuditError `JOURNAL_UNWRITABLE` */
  flush(): Promise<void>;
  /** Keeps what is left and ends the log. Called again, it is the same end. @throws AuditError `JOURNAL_UNWRITABLE` */
  close(reason: string): Promise<void>;
  status(): RecorderStatus;
}

/** How the recorder is, in numbers since it began. */
export interface RecorderStatus {
  /** The origin of the log that is written to; empty when it could not begin yet. */
  readonly log: string;
  /** The name of the file that is written to; null without a journal, and when none could be opened yet. */
  readonly file: string | null;
  /** Entries that are kept. */
  readonly recorded: number;
  /** Entries that were lost; an `audit.gap` says so too. */
  readonly lost: number;
  /** What waits in memory. */
  readonly waiting: { readonly entries: number; readonly bytes: number };
  readonly lastRecordedAt: string | null;
  /** How often something was written, and how long that took altogether: sealing and the disk. Null without a journal. */
  readonly commits: { readonly count: number; readonly ms: number } | null;
  /** What it fails of, and since when; null when it does not. */
  readonly failure: { readonly code: string; readonly message: string; readonly since: string } | null;
}
