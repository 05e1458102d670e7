import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { AppendOptions, Recorder, RecorderStatus } from "../recorder.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { Backlog } from "./backlog.ts";
import { journalFailure } from "./journal-failure.ts";
import { type JournalEnd, LogWriter, type LogWriterOptions } from "./log-writer.ts";

export interface JournalOptions extends LogWriterOptions {
  readonly events: AuditEvents;
  /** Told where the file ends after each commit. */
  readonly committed?: (end: JournalEnd) => void;
}

interface Waiting {
  /** Null for somebody who only waits until everything before is on the disk. */
  readonly draft: EntryDraft | null;
  readonly isHeartbeat?: boolean;
  readonly recorded?: (entry: SealedEntry | undefined) => void;
  readonly lost?: (error: AuditError) => void;
}

const largestCommit = 1000;
const retryMs = { first: 100, longest: 5_000 } as const;

/**
 * The durable copy: seals entries and appends them to the file of the day, many in one commit while a commit is under
 * way. When the disk refuses, the log is over: entries are kept in memory, new ones are refused, and a new log takes
 * them up as soon as its first entry is on the disk.
 */
export class Journal implements Recorder {
  readonly #options: JournalOptions;
  readonly #backlog = new Backlog();
  #log: LogWriter;
  #queue: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #failure: AuditError | null = null;
  #recovering: Promise<void> | null = null;
  #retryDelay: number = retryMs.first;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #closed = false;
  #recorded = 0;
  #lastRecordedAt: Date | null = null;
  #end: JournalEnd | null = null;
  #ending: Promise<void> | null = null;

  /** @throws the file system's error when the directory or the file of the day cannot be opened. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#log = new LogWriter(options);
    // The log begins now, not with the first call: that it was there and silent is worth knowing.
    this.#push({ draft: null });
  }

  /** Why nothing can be recorded at present, or null. */
  get failure(): AuditError | null {
    return this.#closed
      ? new AuditError("LOG_CLOSED", "This audit log was closed. Make calls before close().")
      : this.#failure;
  }

  /** Where the newest commit ended; null before the first. */
  get end(): JournalEnd | null {
    return this.#end;
  }

  /**
   * Resolves with the sealed entry when it is on the disk.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `LOG_CLOSED`, `INVALID_ENTRY`
   */
  append(draft: EntryDraft, _options: AppendOptions = {}): Promise<SealedEntry> {
    if (this.#closed) return Promise.reject(this.failure);
    if (this.#failure) {
      this.#backlog.keep(draft);
      return Promise.reject(this.#failure);
    }
    return new Promise((recorded, lost) => {
      this.#push({ draft, recorded: (entry) => recorded(entry!), lost });
    });
  }

  /** Resolves when everything appended so far is on the disk. @throws AuditError `JOURNAL_UNWRITABLE` */
  async flush(): Promise<void> {
    await this.#recover();
    if (this.#failure) throw this.#failure;
    if (this.#closed) return this.#ending ?? undefined;
    await new Promise<void>((recorded, lost) => {
      this.#push({ draft: null, recorded: () => recorded(), lost });
    });
  }

  /** Writes what is left and `audit.closed`, and lets go of the file. Called again, it is the same end. */
  close(reason: string): Promise<void> {
    this.#ending ??= this.#close(reason);
    return this.#ending;
  }

  status(): RecorderStatus {
    return {
      log: this.#log.origin,
      file: this.#log.file,
      recorded: this.#recorded,
      lost: this.#backlog.lost,
      waiting: { entries: this.#queue.length + this.#backlog.size, bytes: 0 },
      lastRecordedAt: this.#lastRecordedAt?.toISOString() ?? null,
      failure: this.#failure && { code: this.#failure.code, message: this.#failure.message, since: "" },
    };
  }

  async #close(reason: string): Promise<void> {
    this.#closed = true;
    await this.#recover();
    if (!this.#failure) {
      this.#push({ draft: systemEntry("closed", this.#options.service, new Date(), { reason }) });
      await this.#draining;
    }
    clearTimeout(this.#retry);
    clearTimeout(this.#heartbeat);
    if (this.#failure) throw this.#failure;
    this.#log.close();
  }

  #push(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // One turn of the microtask queue: entries made together share a commit.
    await null;
    while (this.#queue.length > 0) {
      const commit = this.#queue.splice(0, largestCommit);
      try {
        await this.#write(commit);
      } catch (cause) {
        this.#draining = null;
        this.#fail(cause, commit);
        return;
      }
    }
    // In the same turn as the last look at the queue: what is appended from now on begins the next drain.
    this.#draining = null;
    this.#expectHeartbeat();
  }

  async #write(commit: readonly Waiting[]): Promise<void> {
    const drafts = commit.flatMap(({ draft }) => draft ?? []);
    const sealed = await this.#log.write(
      drafts,
      commit.some(({ isHeartbeat }) => isHeartbeat),
    );
    this.#noteEnd();
    this.#recorded += sealed.length;
    this.#lastRecordedAt = new Date();
    let next = 0;
    for (const { draft, recorded, lost } of commit) {
      const entry = draft ? sealed[next++] : undefined;
      if (!(entry instanceof AuditError)) recorded?.(entry);
      else if (lost) lost(entry);
      // Who made it was told that the journal failed, and that it is kept.
      else this.#options.events.problem({ code: entry.code, message: entry.message, cause: entry });
    }
  }

  #noteEnd(): void {
    const { end } = this.#log;
    if (end.size === this.#end?.size && end.file === this.#end.file) return;
    this.#end = end;
    this.#options.committed?.(end);
  }

  #fail(cause: unknown, commit: readonly Waiting[]): void {
    const error = journalFailure(this.#options.directory, cause);
    this.#failure = error;
    clearTimeout(this.#heartbeat);
    letGo(this.#log);
    const waiting = [...commit, ...this.#queue];
    this.#queue = [];
    for (const { draft, lost } of waiting) {
      if (draft) this.#backlog.keep(draft);
      lost?.(error);
    }
    this.#retryLater();
    this.#options.events.problem({ code: error.code, message: error.message, cause });
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#recover(), this.#retryDelay).unref();
    this.#retryDelay = Math.min(this.#retryDelay * 2, retryMs.longest);
  }

  /** Tries to begin a new log. Never rejects: whether it worked is whether there is a failure still. */
  #recover(): Promise<void> {
    if (!this.#failure) return Promise.resolve();
    this.#recovering ??= this.#beginAnew().finally(() => {
      this.#recovering = null;
    });
    return this.#recovering;
  }

  async #beginAnew(): Promise<void> {
    clearTimeout(this.#retry);
    let log: LogWriter | undefined;
    try {
      log = new LogWriter(this.#options);
      await log.begin();
    } catch {
      if (log) letGo(log);
      if (!this.#closed) this.#retryLater();
      return;
    }
    this.#log = log;
    this.#failure = null;
    this.#retryDelay = retryMs.first;
    const { gap } = this.#backlog;
    const recorded = () => this.#backlog.gapRecorded();
    if (gap) this.#push({ draft: systemEntry("gap", this.#options.service, new Date(), gap), recorded });
    for (const draft of this.#backlog.take()) this.#push({ draft });
    const message = `The audit journal in ${this.#options.directory} can be written again.`;
    this.#push({
      draft: null,
      recorded: () => this.#options.events.problem({ code: "JOURNAL_RECOVERED", message }),
    });
  }

  #expectHeartbeat(): void {
    clearTimeout(this.#heartbeat);
    if (this.#closed) return;
    this.#heartbeat = setTimeout(() => {
      this.#push({ draft: null, isHeartbeat: true });
    }, this.#options.heartbeatMs).unref();
  }
}

/** The file of a log that failed is given up; that closing it fails too changes nothing. */
function letGo(log: LogWriter): void {
  try {
    log.close();
  } catch {}
}
