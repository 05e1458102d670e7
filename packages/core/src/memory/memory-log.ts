import { AuditError } from "../audit-error.ts";
import type { AuditConfig } from "../config.ts";
import type { DeadLetter } from "../delivery/parcel.ts";
import { systemEntry } from "../entry/draft-entry.ts";
import type { EntryDraft } from "../entry/entry.ts";
import { estimatedBytes } from "../entry/estimated-bytes.ts";
import { LostEntries } from "../journal/lost-entries.ts";
import type { AppendOptions, Recorder, RecorderStatus } from "../recorder.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";
import { MemoryCommits, type MemoryCommitsOptions } from "./memory-commits.ts";
import { MemoryDelivery } from "./memory-delivery.ts";
import { type MemoryFailure, unclosed } from "./memory-failure.ts";
import type { MemoryParcel } from "./memory-parcel.ts";
import { bytesOf, MemoryQueue } from "./memory-queue.ts";
import { MemoryRoom } from "./memory-room.ts";

export interface MemoryLogOptions extends Omit<MemoryCommitsOptions, "queue" | "room" | "lost"> {
  readonly sinks: AuditConfig["sinks"];
  /** What becomes of calls while a required sink fails. @default "block" */
  readonly onFailure?: AuditConfig["onFailure"];
  /** What may be in memory. */
  readonly buffer: AuditConfig["buffer"];
}

/**
 * The log of a process without a disk: sealed in memory, kept until every sink has it, and bounded. What does not fit is
 * dropped before it is sealed, so that the log that arrives has no holes, and says by an `audit.gap` how many it lacks.
 */
export class MemoryLog implements Recorder {
  readonly delivery: MemoryDelivery;
  readonly #options: MemoryLogOptions;
  readonly #room: MemoryRoom;
  readonly #lost = new LostEntries();
  readonly #commits: MemoryCommits;
  #closed = false;
  #closing: Promise<void> | null = null;

  /** @throws AuditError `INVALID_OPTIONS` for a sink with limits that no batch could keep */
  constructor(options: MemoryLogOptions) {
    const queue = new MemoryQueue((parcels) => this.#arrived(parcels));
    this.#options = options;
    this.#room = new MemoryRoom(options.buffer, options.events.problem);
    this.#commits = new MemoryCommits({ ...options, queue, room: this.#room, lost: this.#lost });
    this.delivery = new MemoryDelivery({
      ...options,
      queue,
      onRejected: (sink, letters) => this.#rejected(sink, letters),
      sealed: () => this.#commits.sealed(),
      owesGap: () => this.#lost.isOwed,
    });
    // The log begins now, not with the first call: that it was there and silent is worth knowing.
    this.#commits.start();
  }

  get failure(): AuditError | null {
    return this.#closed
      ? new AuditError("LOG_CLOSED", "This audit log was closed. Make calls before close().")
      : (this.#failure?.error ?? null);
  }

  get #failure(): MemoryFailure | null {
    return this.#commits.failure ?? this.#room.failure;
  }

  /**
   * Resolves with the sealed entry when it is in line for the sinks.
   *
   * @throws AuditError `JOURNAL_BUSY`: it is not kept, and counted only when it is `untold`; `JOURNAL_UNWRITABLE`: the log could
   * not begin yet, and the entry is kept for when it does or, without room for it, counted as lost; `LOG_CLOSED`, `INVALID_ENTRY`
   */
  append(draft: EntryDraft, { owed = false, untold = false }: AppendOptions = {}): Promise<SealedEntry> {
    if (this.#closed) return Promise.reject(this.failure);
    const outage = this.#commits.failure;
    if (this.#room.failure && !owed) {
      if (outage) this.#lost.count("journal_unwritable");
      else if (untold) this.#lost.count(this.delivery.isFailing ? "sink_unavailable" : "buffer_full");
      return Promise.reject(this.failure);
    }
    const bytes = estimatedBytes(draft);
    if (outage) {
      this.#commits.keep({ draft, bytes });
      return Promise.reject(outage.error);
    }
    return new Promise((recorded, lost) => {
      this.#commits.push({ draft, bytes, recorded: (entry) => recorded(entry!), lost });
    });
  }

  async flush(): Promise<void> {
    await this.#commits.sealed();
  }

  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  status(): RecorderStatus {
    const failure = this.#failure;
    return {
      log: this.#commits.origin,
      file: null,
      recorded: this.#commits.recorded,
      lost: this.#lost.total,
      waiting: this.#room.taken,
      lastRecordedAt: this.#commits.lastRecordedAt,
      commits: null,
      failure: failure && { code: failure.error.code, message: failure.error.message, since: failure.since },
    };
  }

  async #close(reason: string): Promise<void> {
    this.#closed = true;
    try {
      await this.#commits.end(systemEntry("closed", this.#options.service, new Date(), { reason }));
    } catch (cause) {
      throw unclosed(cause as AuditError, this.#commits.unsealed);
    }
  }

  /** Every sink has these. */
  #arrived(parcels: readonly MemoryParcel[]): void {
    this.#room.change({ entries: -parcels.length, bytes: -bytesOf(parcels) });
    if (this.#commits.mayTellGap) this.#commits.start();
  }

  /** The log says what a sink will never have: no disk keeps it. Of what it says itself it says no more. */
  #rejected(sink: string, letters: readonly DeadLetter<MemoryParcel>[]): void {
    const parcels = letters
      .map(({ parcel }) => parcel)
      .filter(({ eventType }) => !eventType.startsWith("audit."));
    if (parcels.length === 0) return;
    const [since, until] = [parcels[0]!.recordedAt, parcels.at(-1)!.recordedAt];
    const gap = { reason: "sink_rejected", count: parcels.length, since, until };
    this.#options.events.emit("gap", gap);
    if (this.#closed) return;
    const detail = { ...gap, sink, seqs: parcels.map(({ seq }) => seq) };
    this.#commits.push({ draft: systemEntry("gap", this.#options.service, new Date(), detail), bytes: 0 });
  }
}
