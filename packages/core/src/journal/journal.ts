import type { AuditError } from "../audit-error.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft } from "../entry/entry.ts";
import { estimatedBytes } from "../entry/estimated-bytes.ts";
import { logClosed } from "../log-closed.ts";
import type { AppendOptions, Recorder, RecorderStatus } from "../recorder.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { Backlog, type BufferLimits, untended, type Waiting } from "./backlog.ts";
import type { Unsynced } from "./file-sync.ts";
import { GroupCommit } from "./group-commit.ts";
import { busy, JournalFailure, notOnDisk, unclosed, unwritableNow } from "./journal-failure.ts";
import type { JournalEnd } from "./journal-file.ts";
import { LogSuccession, type LogSuccessionOptions } from "./log-succession.ts";
import { LostEntries } from "./lost-entries.ts";
import { RetryTimer } from "./retry-timer.ts";
import { StallWatch } from "./stall-watch.ts";

export interface JournalOptions extends Omit<LogSuccessionOptions, "onUnsynced"> {
  /** What may wait in memory. */
  readonly buffer: BufferLimits;
  /** How long somebody waits at most. */
  readonly recordTimeoutMs: number;
}

/**
 * The durable copy: seals entries and appends them to the file of the day. A commit that fails is made again at once in a
 * new log. When that fails too, or takes too long, those who wait are told; their entries are kept in memory, and written as
 * soon as the disk takes them.
 */
export class Journal implements Recorder {
  readonly #options: JournalOptions;
  readonly #backlog: Backlog;
  readonly #lost = new LostEntries();
  readonly #logs: LogSuccession;
  readonly #commits: GroupCommit;
  readonly #watch: StallWatch;
  #outage: JournalFailure | null = null;
  /** The outage that is over when everything that was kept meanwhile is written. */
  #recovering: JournalFailure | null = null;
  #full: JournalFailure | null = null;
  #toldFull = false;
  readonly #retry = new RetryTimer(() => this.#commits.start());
  #closed = false;
  #closing: Promise<void> | null = null;

  /** @throws the file system's error when the directory or the file of the day cannot be opened; see `onFailure` */
  constructor(options: JournalOptions) {
    const { recordTimeoutMs: limitMs } = options;
    this.#options = options;
    this.#backlog = new Backlog(options.buffer);
    this.#logs = new LogSuccession({ ...options, onUnsynced: (unsynced) => this.#notOnDisk(unsynced) });
    this.#commits = new GroupCommit({
      ...options,
      backlog: this.#backlog,
      lost: this.#lost,
      logs: this.#logs,
      isFailing: () => this.#outage !== null,
      began: () => this.#watch.start(),
      succeeded: () => this.#succeeded(),
      failed: (cause) => {
        this.#fail(cause);
        if (!this.#closed) this.#retry.start();
      },
    });
    this.#watch = new StallWatch({
      limitMs,
      // A heartbeat that stalls must be noticed too: before calls are made that will have to wait for it.
      waitingSince: () => this.#backlog.waitingSince ?? (this.#outage ? null : this.#commits.since),
      // Whether the disk answers later is for the commit to see: it is not given up.
      overdue: () => this.#fail(new Error(`the disk (or a key service) did not answer within ${limitMs} ms`)),
    });
    // The log begins now, not with the first call: that it was there and silent is worth knowing.
    this.#push(untended(null));
  }

  /** Why nothing can be recorded at present, or null. */
  get failure(): AuditError | null {
    return this.#closed ? logClosed() : ((this.#outage ?? this.#full)?.error ?? null);
  }

  /** Where the newest commit ended; null before the first. */
  get end(): JournalEnd | null {
    return this.#logs.end;
  }

  /**
   * Resolves with the sealed entry when it is on the disk.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`: the entry is kept, and written as soon as it can be or, without room for it,
   * counted as lost; `JOURNAL_BUSY`: it is not kept, and counted only when it is `untold`; `LOG_CLOSED`, `INVALID_ENTRY`
   */
  append(draft: EntryDraft, { owed = false, untold = false }: AppendOptions = {}): Promise<SealedEntry> {
    if (this.#closed) return Promise.reject(this.failure);
    if (this.#full && !owed) {
      if (this.#outage) this.#lost.count("journal_unwritable");
      else if (untold) this.#lost.count("buffer_full");
      return Promise.reject(this.failure);
    }
    if (this.#outage) {
      this.#keep(untended(draft));
      return Promise.reject(this.#outage.error);
    }
    return new Promise((recorded, lost) => {
      const bytes = estimatedBytes(draft);
      const since = this.#watch.time;
      this.#push({ draft, bytes, since, recorded: recorded as Waiting["recorded"], lost });
    });
  }

  /** Resolves when everything appended so far is on the disk. @throws AuditError `JOURNAL_UNWRITABLE` */
  async flush(): Promise<void> {
    if (this.#closed) await this.#closing;
    else await this.#written(null);
  }

  /**
   * Writes what is left and `audit.closed`, and lets go of the file. Called again, it is the same end.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, after `recordTimeoutMs` also when the disk does not answer
   */
  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  status(): RecorderStatus {
    const failure = this.#outage ?? this.#full;
    return {
      log: this.#logs.origin,
      file: this.#logs.file || null,
      recorded: this.#commits.recorded,
      lost: this.#lost.total,
      waiting: { entries: this.#backlog.entries, bytes: this.#backlog.bytes },
      lastRecordedAt: this.#commits.lastRecordedAt?.toISOString() ?? null,
      commits: this.#commits.total,
      failure: failure && { code: failure.error.code, message: failure.error.message, since: failure.since },
    };
  }

  async #close(reason: string): Promise<void> {
    this.#closed = true;
    this.#retry.stop();
    this.#commits.end();
    const letGo = () => {
      this.#watch.stop();
      this.#logs.close();
    };
    try {
      await this.#written(systemEntry("closed", this.#options.service, new Date(), { reason }));
      await this.#commits.idle();
      letGo();
    } catch (cause) {
      // A disk that has stalled may still take all of it.
      void this.#commits.idle().then(letGo);
      throw unclosed(this.#options.directory, cause as AuditError, this.#backlog.others, this.#lost.untold);
    }
  }

  /** Tried also while the journal fails: then it is what has it tried again at once. */
  #written(draft: EntryDraft | null): Promise<void> {
    return new Promise((recorded, lost) => {
      this.#push({ ...untended(draft), since: this.#watch.time, recorded: () => recorded(), lost });
    });
  }

  #push(waiting: Waiting): void {
    this.#keep(waiting);
    this.#watch.start();
    this.#commits.start();
  }

  #keep(waiting: Waiting): void {
    this.#backlog.add(waiting);
    if (!this.#backlog.isFull || this.#full) return;
    const error = busy(this.#options.directory, this.#options.buffer);
    this.#full = new JournalFailure(error);
    // Not each time that something at its limit goes to and fro.
    if (!this.#outage && !this.#toldFull)
      this.#options.events.problem({ code: error.code, message: error.message });
    this.#toldFull = true;
  }

  #succeeded(): void {
    if (!this.#backlog.isFull) this.#full = null;
    if (this.#backlog.isEmpty) this.#toldFull = false;
    if (this.#outage) this.#recover(this.#outage);
  }

  #fail(cause: unknown): void {
    const { directory, events, onFailure } = this.#options;
    const error = unwritableNow(directory, cause, onFailure);
    const isNew = this.#outage === null;
    this.#outage = new JournalFailure(error, this.#outage?.since);
    this.#recovering = null;
    this.#commits.stopHeartbeat();
    this.#backlog.reject(error);
    if (isNew) events.problem({ code: error.code, message: error.message, cause });
  }

  /** A commit is on the disk again. The outage is over when everything is that was kept meanwhile. */
  #recover(outage: JournalFailure): void {
    const { directory, events } = this.#options;
    this.#retry.stop();
    this.#outage = null;
    this.#recovering = outage;
    const recorded = () => {
      if (this.#recovering !== outage) return;
      this.#recovering = null;
      this.#retry.reset();
      const message = `The audit journal in ${directory} can be written again.`;
      events.problem({ code: "JOURNAL_RECOVERED", message });
      events.emit("recovered", { part: "journal", name: directory });
    };
    this.#backlog.add(untended(null, recorded));
  }

  #notOnDisk(unsynced: Unsynced): void {
    this.#options.events.problem(notOnDisk(this.#options.directory, unsynced));
    // The log that is begun in its place shows whether the disk takes anything.
    if (!this.#closed) this.#push(untended(null));
  }
}
