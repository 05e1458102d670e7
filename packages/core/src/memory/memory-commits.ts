import { AuditError } from "../audit-error.ts";
import type { AuditEvents } from "../audit-events.ts";
import { BackOff } from "../delivery/back-off.ts";
import { afterAwake, type Clock } from "../delivery/clock.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft } from "../entry/entry.ts";
import type { LostEntries } from "../journal/lost-entries.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { type MemoryFailure, unbegun } from "./memory-failure.ts";
import type { MemoryParcel } from "./memory-parcel.ts";
import { bytesOf, type MemoryQueue } from "./memory-queue.ts";
import type { MemoryRoom } from "./memory-room.ts";
import { MemorySealer, type MemorySealerOptions } from "./memory-sealer.ts";

export interface MemoryCommitsOptions extends MemorySealerOptions {
  readonly queue: MemoryQueue;
  readonly room: MemoryRoom;
  readonly lost: LostEntries;
  /** How long somebody waits for the root key. */
  readonly recordTimeoutMs: number;
  readonly events: AuditEvents;
  readonly clock: Clock;
}

/** An entry that is to be sealed, and who waits for it; without a draft, somebody who waits for all before. */
export interface Unsealed {
  readonly draft: EntryDraft | null;
  /** About how much memory the draft takes. */
  readonly bytes: number;
  readonly isHeartbeat?: boolean;
  readonly recorded?: (entry: SealedEntry | undefined) => void;
  readonly lost?: (error: AuditError) => void;
}

const largestCommit = 1000;
const longestPauseMs = 5_000;

/** Seals what comes, many entries with one signature, and puts it in line for the sinks. */
export class MemoryCommits {
  readonly #options: MemoryCommitsOptions;
  readonly #sealer: MemorySealer;
  readonly #backOff: BackOff;
  #waiting: Unsealed[] = [];
  #sealing: Promise<void> | null = null;
  #begun = false;
  #ending = false;
  #outage: MemoryFailure | null = null;
  #cancelRetry = () => {};
  #cancelHeartbeat = () => {};
  #recorded = 0;
  #lastRecordedAt: string | null = null;

  constructor(options: MemoryCommitsOptions) {
    this.#options = options;
    this.#sealer = new MemorySealer(options);
    this.#backOff = new BackOff(options.clock, longestPauseMs);
  }

  get origin(): string {
    return this.#sealer.origin;
  }

  /** Why nothing can be sealed, or null: the root key has not certified the log. */
  get failure(): MemoryFailure | null {
    return this.#outage;
  }

  get recorded(): number {
    return this.#recorded;
  }

  get lastRecordedAt(): string | null {
    return this.#lastRecordedAt;
  }

  /** How many entries could not be sealed. */
  get unsealed(): number {
    return this.#waiting.filter(({ draft }) => draft).length;
  }

  push(unsealed: Unsealed): void {
    this.keep(unsealed);
    this.start();
  }

  /** The same without trying at once. */
  keep(unsealed: Unsealed): void {
    this.#waiting.push(unsealed);
    if (unsealed.draft) this.#options.room.change({ entries: 1, bytes: unsealed.bytes });
  }

  /** Resolves with the position behind everything that came so far, when that is in line. @throws AuditError `JOURNAL_UNWRITABLE` */
  sealed(): Promise<number> {
    const { queue } = this.#options;
    // What could not begin before it ended is not tried again.
    if (this.#ending && this.#outage) return Promise.resolve(queue.end);
    return new Promise((resolve, lost) => {
      this.push({ draft: null, bytes: 0, recorded: () => resolve(queue.end), lost });
    });
  }

  /** Seals the last entry of the log. @throws AuditError `JOURNAL_UNWRITABLE` */
  end(draft: EntryDraft): Promise<void> {
    this.#ending = true;
    this.#cancelHeartbeat();
    return new Promise((resolve, lost) => {
      this.push({ draft, bytes: 0, recorded: () => resolve(), lost });
    });
  }

  start(): void {
    this.#sealing ??= this.#seal().finally(() => {
      this.#sealing = null;
      if (this.#begun && this.#waiting.length > 0) this.start();
    });
  }

  /** Whether entries were lost that may be told of: not before there is room, lest a gap follow each entry. */
  get mayTellGap(): boolean {
    return this.#options.lost.isOwed && (this.#ending || !this.#options.room.failure);
  }

  async #seal(): Promise<void> {
    // One turn of the microtask queue: entries made together share a signature.
    await null;
    if (!this.#begun) await this.#begin();
    while (this.#begun && (this.#waiting.length > 0 || this.mayTellGap)) {
      this.#sealCommit(this.#waiting.splice(0, largestCommit));
      // The sinks get their turn.
      if (this.#waiting.length > 0) await new Promise(setImmediate);
    }
    if (this.#begun && !this.#ending) this.#expectHeartbeat();
  }

  async #begin(): Promise<void> {
    const { recordTimeoutMs: limit, clock, events } = this.#options;
    this.#cancelRetry();
    // It is not given up then: those who wait are told.
    const tooLate = () => this.#fail(new Error(`the root key did not sign within ${limit} ms`));
    const cancel = afterAwake(clock, limit, tooLate, { waits: true });
    try {
      this.#add(await this.#sealer.begin(), []);
      this.#begun = true;
      if (this.#outage) events.emit("recovered", { part: "journal", name: this.origin });
      this.#outage = null;
    } catch (cause) {
      this.#fail(cause);
      if (!this.#ending) this.#cancelRetry = clock.after(this.#backOff.next(), () => this.start());
    } finally {
      cancel();
    }
  }

  /** Those who wait are told; what they brought is kept. */
  #fail(cause: unknown): void {
    const error = unbegun(cause);
    const { code, message } = error;
    if (!this.#outage) this.#options.events.problem({ code, message, cause });
    this.#outage = { error, since: this.#outage?.since ?? new Date().toISOString() };
    const waiting = this.#waiting;
    // The end has no place in a log that did not begin.
    this.#waiting = waiting.filter(({ draft }) => draft && draft.event_type !== "audit.closed").map(untended);
    for (const { lost } of waiting) lost?.(error);
  }

  #sealCommit(commit: readonly Unsealed[]): void {
    const gaps = this.mayTellGap ? this.#tellGaps() : [];
    const entries = commit.filter(({ draft }) => draft);
    const drafts = [...gaps, ...entries.map(({ draft }) => draft!)];
    const needsHeartbeat = commit.some(({ isHeartbeat }) => isHeartbeat);
    const { parcels, sealed } = this.#sealer.seal(drafts, needsHeartbeat);
    this.#add(parcels, entries);
    let next = gaps.length;
    for (const { draft, recorded, lost } of commit) {
      const entry = draft ? sealed[next++] : undefined;
      if (!(entry instanceof AuditError)) recorded?.(entry);
      else if (lost) lost(entry);
      else this.#options.events.problem({ code: entry.code, message: entry.message, cause: entry });
    }
  }

  /** @param instead what these were before */
  #add(parcels: readonly MemoryParcel[], instead: readonly Unsealed[]): void {
    this.#recorded += parcels.length;
    this.#lastRecordedAt = parcels.at(-1)?.recordedAt ?? this.#lastRecordedAt;
    const before = instead.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#options.room.change({
      entries: parcels.length - instead.length,
      bytes: bytesOf(parcels) - before,
    });
    this.#options.queue.add(parcels);
  }

  #tellGaps(): EntryDraft[] {
    const { lost, service, events } = this.#options;
    return lost.next(false).map((gap) => {
      // Nothing in memory keeps it from being sealed, and then it is in line.
      lost.written(gap.count);
      events.emit("gap", gap);
      return systemEntry("gap", service, new Date(), { ...gap });
    });
  }

  #expectHeartbeat(): void {
    const { clock, heartbeatMs, room } = this.#options;
    this.#cancelHeartbeat();
    this.#cancelHeartbeat = clock.after(heartbeatMs, () => {
      // Of a log that nobody takes, it would say nothing to anybody.
      if (room.failure) this.#expectHeartbeat();
      else this.push({ draft: null, bytes: 0, isHeartbeat: true });
    });
  }
}

function untended({ draft, bytes }: Unsealed): Unsealed {
  return { draft, bytes };
}
