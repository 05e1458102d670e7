import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft, ServiceFacts } from "../entry/entry.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { type Backlog, untended, type Waiting } from "./backlog.ts";
import type { LogSuccession } from "./log-succession.ts";
import type { LostEntries } from "./lost-entries.ts";

export interface GroupCommitOptions {
  readonly backlog: Backlog;
  readonly lost: LostEntries;
  readonly logs: LogSuccession;
  readonly service: ServiceFacts;
  readonly heartbeatMs: number;
  readonly events: AuditEvents;
  /** Whether the last commit failed, or has not ended in time. */
  readonly isFailing: () => boolean;
  /** A commit begins. Returns the time, by the clock of the stall watch. */
  readonly began: () => number;
  /** A commit is on the disk. */
  readonly succeeded: () => void;
  /** A commit is not on the disk; what it had is in the backlog still. */
  readonly failed: (cause: unknown) => void;
}

/** What is written at once. */
interface Commit {
  readonly waiting: readonly Waiting[];
  readonly drafts: readonly EntryDraft[];
}

/** Fewer are not worth a signature and a write of their own. */
const worthSealingAhead = 32;

/** Writes the backlog, one commit after the other: what comes while one is under way shares the next. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #running: Promise<void> | null = null;
  /** Sealed while the one before is written. */
  #ahead: Commit | null = null;
  /** What sealing took last. */
  #sealMs = 0;
  /** How long there was nothing left to do but to wait for the disk. */
  #idleMs = 0;
  #idleSince = 0;
  #since: number | null = null;
  #recorded = 0;
  #lastRecordedAt: Date | null = null;
  #commits = 0;
  #commitMs = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #isHeartbeatDue = false;
  #isEnding = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Since when a commit is under way; null when none is. */
  get since(): number | null {
    return this.#since;
  }

  /** How many entries are on the disk. */
  get recorded(): number {
    return this.#recorded;
  }

  get lastRecordedAt(): Date | null {
    return this.#lastRecordedAt;
  }

  /** Of the commits that succeeded. */
  get total(): { readonly count: number; readonly ms: number } {
    return { count: this.#commits, ms: this.#commitMs };
  }

  /** Writes until nothing is left, or it fails. While the journal fails it is one attempt to go on. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** The log ends: no more heartbeats, and what is written from now on is forced to the disk. */
  end(): void {
    this.#isEnding = true;
    this.stopHeartbeat();
  }

  stopHeartbeat(): void {
    clearTimeout(this.#heartbeat);
    this.#isHeartbeatDue = false;
  }

  async #run(): Promise<void> {
    // One turn of the microtask queue: entries made together share a commit.
    await null;
    try {
      while (this.#isWorkLeft) await this.#commit();
    } catch (cause) {
      this.#running = null;
      this.#ahead = null;
      this.#since = null;
      this.#options.failed(cause);
      return;
    }
    // In the same turn as the last look at the backlog: what is appended from now on begins the next run.
    this.#running = null;
    this.#since = null;
    this.#expectHeartbeat();
  }

  get #isWorkLeft(): boolean {
    const { backlog, isFailing, lost } = this.#options;
    return !backlog.isEmpty || isFailing() || lost.isOwed || this.#isHeartbeatDue;
  }

  async #commit(): Promise<void> {
    const { backlog, logs, began, succeeded } = this.#options;
    this.#since = began();
    const start = performance.now();
    await logs.ready();
    const isSealed = this.#ahead !== null;
    if (!isSealed) this.#addGaps();
    const { waiting, drafts } = this.#ahead ?? this.#next(0);
    this.#ahead = null;
    const isHeartbeat = this.#isHeartbeatDue && !isSealed;
    const begun = performance.now();
    const written = logs.write(drafts, { isHeartbeat, isLast: this.#isEnding });
    this.#idleSince = performance.now();
    if (!isSealed) this.#sealMs = this.#idleSince - begun;
    const sealed = await this.#sealingAhead(waiting.length, written);
    this.#idleMs = performance.now() - this.#idleSince;
    if (isHeartbeat) this.#isHeartbeatDue = false;
    this.#commits += 1;
    this.#commitMs += performance.now() - start;
    backlog.done(waiting);
    this.#settle(waiting, sealed);
    succeeded();
  }

  /** The oldest of the backlog, behind so many that are being written. */
  #next(behind: number): Commit {
    const { backlog } = this.#options;
    // Where sealing takes longer than the disk, half of it can be sealed while the disk has the other half. Where the disk
    // takes longer, the fewer writes the better.
    const half = Math.ceil((backlog.length - behind) / 2);
    const most = this.#sealMs > this.#idleMs ? Math.max(worthSealingAhead, half) : Number.POSITIVE_INFINITY;
    const waiting = backlog.next(behind, most);
    const drafts: EntryDraft[] = [];
    for (const { draft } of waiting) if (draft) drafts.push(draft);
    return { waiting, drafts };
  }

  async #sealingAhead<Written>(behind: number, written: Promise<Written>): Promise<Written> {
    let isWriting = true;
    const sealAhead = () => {
      const { backlog, logs, lost } = this.#options;
      if (!isWriting || this.#ahead || backlog.length - behind < worthSealingAhead) return;
      // What has to stand before the next entries, or behind the last.
      if (lost.isOwed || this.#isEnding) return;
      const begun = performance.now();
      const commit = this.#next(behind);
      if (!logs.sealAhead(commit.drafts)) return;
      this.#ahead = commit;
      this.#idleSince = performance.now();
      this.#sealMs = this.#idleSince - begun;
    };
    sealAhead();
    // Who was told of the commit before may have come again by then.
    if (behind >= worthSealingAhead) setImmediate(sealAhead);
    try {
      return await written;
    } finally {
      isWriting = false;
    }
  }

  #settle(commit: readonly Waiting[], sealed: readonly (SealedEntry | AuditError)[]): void {
    if (sealed.length > 0) this.#lastRecordedAt = new Date();
    let next = 0;
    for (const { draft, recorded, lost } of commit) {
      const entry = draft ? sealed[next++] : undefined;
      if (!(entry instanceof AuditError)) {
        if (entry) this.#recorded += 1;
        recorded?.(entry);
      } else if (lost) lost(entry);
      // Who made it was told that the journal failed, and that it is kept.
      else this.#options.events.problem({ code: entry.code, message: entry.message, cause: entry });
    }
  }

  /** Before what else waits: a crash must not take the numbers as well. Not while more is being lost. */
  #addGaps(): void {
    const { backlog, lost, service, events, isFailing } = this.#options;
    if (backlog.isFull && !isFailing() && !this.#isEnding) return;
    for (const gap of lost.next(this.#isEnding)) {
      const draft = systemEntry("gap", service, new Date(), { ...gap });
      const recorded = () => {
        lost.written(gap.count);
        events.emit("gap", gap);
      };
      backlog.addFirst(untended(draft, recorded));
    }
  }

  #expectHeartbeat(): void {
    clearTimeout(this.#heartbeat);
    if (this.#isEnding) return;
    this.#heartbeat = setTimeout(() => {
      this.#isHeartbeatDue = true;
      this.start();
    }, this.#options.heartbeatMs).unref();
  }
}
