import { AuditError, type AuditProblem } from "../audit-error.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft, JsonObject } from "../entry/entry.ts";
import { canonicalJson } from "../seal/canonical-json.ts";
import { Backlog } from "./backlog.ts";
import { LogWriter, type LogWriterOptions } from "./log-writer.ts";

export interface JournalOptions extends LogWriterOptions {
  readonly onProblem: (problem: AuditProblem) => void;
}

interface Waiting {
  readonly draft: EntryDraft;
  readonly recorded?: (entry: AuditEntry) => void;
  readonly lost?: (error: AuditError) => void;
}

const largestCommit = 1000;
const retryMs = { first: 100, longest: 5_000 } as const;

/**
 * The durable copy: seals entries and appends them to the file of the day, many in one commit while a commit is under
 * way. When the disk refuses, the log is over: entries are kept in memory, new ones are refused, and a new log takes
 * them up as soon as the disk does.
 */
export class Journal {
  readonly #options: JournalOptions;
  #log!: LogWriter;
  #queue: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #failure: AuditError | null = null;
  #retryDelay: number = retryMs.first;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  readonly #backlog = new Backlog();
  #closed = false;
  #end: Promise<void> | null = null;

  /** @throws the file system's error when the directory or the file of the day cannot be opened. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#open();
    this.#wake();
  }

  /** Why nothing can be recorded at present, or null. */
  get failure(): AuditError | null {
    return this.#closed
      ? new AuditError("LOG_CLOSED", "This audit log was closed. Make calls before close().")
      : this.#failure;
  }

  /**
   * Resolves with the sealed entry when it is on the disk.
   *
   * @throws AuditError `JOURNAL_UNWRITABLE`, `LOG_CLOSED`, `INVALID_ENTRY`
   */
  append(draft: EntryDraft): Promise<AuditEntry> {
    if (this.#closed) return Promise.reject(this.failure);
    if (this.#failure) {
      if (!flawOf(draft)) this.#backlog.keep(draft);
      return Promise.reject(this.#failure);
    }
    const flaw = flawOf(draft);
    if (flaw) return Promise.reject(flaw);
    return new Promise((recorded, lost) => {
      this.#queue.push({ draft, recorded, lost });
      this.#wake();
    });
  }

  /** Resolves when everything appended so far is on the disk. @throws AuditError `JOURNAL_UNWRITABLE` */
  async flush(): Promise<void> {
    this.#recover();
    await this.#draining;
    if (this.#failure) throw this.#failure;
  }

  /** Writes what is left and `audit.closed`, and lets go of the file. Called again, it is the same end. */
  close(reason: string): Promise<void> {
    this.#end ??= this.#close(reason);
    return this.#end;
  }

  async #close(reason: string): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#heartbeat);
    this.#recover();
    this.#queue.push({ draft: this.#system("closed", { reason }) });
    this.#wake();
    await this.#draining;
    clearTimeout(this.#retry);
    clearTimeout(this.#heartbeat);
    if (this.#failure) throw this.#failure;
    this.#log.close();
  }

  #open(): void {
    this.#log = new LogWriter(this.#options);
    this.#queue.push({ draft: this.#log.opened });
  }

  #wake(): void {
    if (!this.#draining && !this.#failure) this.#draining = this.#drain();
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
    const entries = await this.#log.write(commit.map(({ draft }) => draft));
    for (const [index, { recorded }] of commit.entries()) recorded?.(entries[index]!);
  }

  #fail(cause: unknown, commit: readonly Waiting[]): void {
    const error = new AuditError(
      "JOURNAL_UNWRITABLE",
      `Cannot write the audit journal in ${this.#options.directory}: ${messageOf(cause)}. ` +
        "New calls are refused and entries kept in memory until it can be written again.",
      { cause },
    );
    this.#failure = error;
    try {
      this.#log.close();
    } catch {
      // The file is given up; that closing it fails too changes nothing.
    }
    const waiting = [...commit, ...this.#queue];
    this.#queue = [];
    for (const { draft, lost } of waiting) {
      this.#backlog.keep(draft);
      lost?.(error);
    }
    this.#retryLater();
    this.#options.onProblem({ code: error.code, message: error.message, cause });
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => this.#recover(), this.#retryDelay).unref();
    this.#retryDelay = Math.min(this.#retryDelay * 2, retryMs.longest);
  }

  #recover(): void {
    if (!this.#failure) return;
    clearTimeout(this.#retry);
    try {
      this.#open();
    } catch {
      if (!this.#closed) this.#retryLater();
      return;
    }
    const { gap } = this.#backlog;
    const recorded = () => this.#backlog.gapRecorded();
    if (gap) this.#queue.push({ draft: this.#system("gap", gap), recorded });
    this.#queue.push(...this.#backlog.take().map((draft) => ({ draft })));
    this.#failure = null;
    this.#wake();
    void this.#draining?.then(() => {
      if (this.#failure) return;
      this.#retryDelay = retryMs.first;
      this.#options.onProblem({
        code: "JOURNAL_RECOVERED",
        message: `The audit journal in ${this.#options.directory} can be written again.`,
      });
    });
  }

  #expectHeartbeat(): void {
    clearTimeout(this.#heartbeat);
    if (this.#closed) return;
    this.#heartbeat = setTimeout(() => {
      this.#queue.push({ draft: this.#system("heartbeat", {}) });
      this.#wake();
    }, this.#options.heartbeatMs).unref();
  }

  #system(event: "closed" | "heartbeat" | "gap", detail: JsonObject): EntryDraft {
    return systemEntry(event, this.#options.service, new Date(), detail);
  }
}

/** What can't be sealed must not get among what waits: it would fail every commit it is in. */
function flawOf(draft: EntryDraft): AuditError | null {
  try {
    canonicalJson(draft);
    return null;
  } catch (cause) {
    return new AuditError(
      "INVALID_ENTRY",
      `A ${draft.event_type} entry has no JSON form: ${messageOf(cause)}. It was not recorded.`,
      { cause },
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
