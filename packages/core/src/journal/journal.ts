import { hostname } from "node:os";
import { AuditError, type AuditProblem } from "../audit-error.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { AuditEntry, EntryDraft, JsonObject, ServiceFacts } from "../entry/entry.ts";
import { canonicalJson } from "../seal/canonical-json.ts";
import { issueDelegation } from "../seal/delegation.ts";
import { LogSealer } from "../seal/log-sealer.ts";
import type { NoteSigner } from "../seal/signed-note.ts";
import { JournalFile } from "./journal-file.ts";
import { readTail } from "./journal-tail.ts";

export interface JournalOptions {
  readonly directory: string;
  /** The name part of every origin. */
  readonly name: string;
  readonly root: NoteSigner;
  readonly service: ServiceFacts;
  readonly library: JsonObject;
  readonly heartbeatMs: number;
  readonly onProblem: (problem: AuditProblem) => void;
}

interface Waiting {
  readonly draft: EntryDraft;
  readonly recorded?: (entry: AuditEntry) => void;
  readonly lost?: (error: AuditError) => void;
}

const largestCommit = 1000;
const mostRetained = 10_000;
/** What every recovery writes anew. */
const written = new Set(["audit.opened", "audit.gap"]);
const retryMs = { first: 100, longest: 5_000 } as const;

/**
 * The durable copy: seals entries and appends them to the file of the day, many in one commit while a commit is under
 * way. When the disk refuses, the log is over: entries are kept in memory, new ones are refused, and a new log takes
 * them up as soon as the disk does.
 */
export class Journal {
  readonly #options: JournalOptions;
  #sealer!: LogSealer;
  #file!: JournalFile;
  #queue: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #failure: AuditError | null = null;
  #retryDelay: number = retryMs.first;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #dropped = { count: 0, since: "" };
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
      if (!flawOf(draft)) this.#retain([{ draft }]);
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
    this.#file.close();
  }

  /** Begins a new log: the tail is read before anything is written, because the first write ends a torn line. */
  #open(): void {
    const { directory, name, root, library, heartbeatMs } = this.#options;
    const { heads, torn } = readTail(directory);
    const now = new Date();
    this.#file = new JournalFile(directory, dayOf(now));
    this.#sealer = new LogSealer(name);
    const { origin, vkey } = this.#sealer;
    const opened = this.#system("opened", {
      library,
      node: process.version,
      host: hostname(),
      pid: process.pid,
      log_key: vkey,
      delegation: issueDelegation(root, origin, vkey, now),
      heartbeat_ms: heartbeatMs,
      links: heads.map((head) => ({ ...head })),
      torn_files: torn.map((file) => ({ ...file })),
    });
    this.#queue.unshift({ draft: opened });
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
    const now = new Date();
    if (dayOf(now) > this.#file.day) {
      const next = new JournalFile(this.#options.directory, dayOf(now));
      this.#file.close();
      this.#file = next;
    }
    const { lines, entries } = this.#sealer.seal(
      commit.map(({ draft }) => draft),
      now,
    );
    await this.#file.append(lines);
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
      this.#file.close();
    } catch {
      // The file is given up; that closing it fails too changes nothing.
    }
    const waiting = [...commit, ...this.#queue].filter(({ draft }) => !written.has(draft.event_type));
    this.#queue = [];
    this.#retain(waiting);
    for (const { lost } of waiting) lost?.(error);
    this.#retryLater();
    this.#options.onProblem({ code: error.code, message: error.message, cause });
  }

  #retain(waiting: readonly Waiting[]): void {
    for (const { draft } of waiting) {
      if (this.#queue.length < mostRetained) this.#queue.push({ draft });
      else {
        this.#dropped.since ||= new Date().toISOString();
        this.#dropped.count += 1;
      }
    }
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
    const { count, since } = this.#dropped;
    if (count > 0) {
      const gap = { reason: "journal_unwritable", count, since, until: new Date().toISOString() };
      const recorded = () => {
        this.#dropped = { count: 0, since: "" };
      };
      this.#queue.splice(1, 0, { draft: this.#system("gap", gap), recorded });
    }
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

  #system(event: "opened" | "closed" | "heartbeat" | "gap", detail: JsonObject): EntryDraft {
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

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
