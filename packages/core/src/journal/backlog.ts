import type { AuditError } from "../audit-error.ts";
import type { EntryDraft } from "../entry/entry.ts";
import { estimatedBytes } from "../entry/estimated-bytes.ts";
import type { SealedEntry } from "../seal/sealed-entry.ts";

/** An entry on its way to the disk, and who waits for it. */
export interface Waiting {
  /** Null for somebody who only waits until everything before is on the disk. */
  readonly draft: EntryDraft | null;
  /** About how much memory the draft takes. */
  readonly bytes: number;
  /** When it came, by the clock of the stall watch. */
  readonly since: number;
  readonly recorded: ((entry: SealedEntry | undefined) => void) | null;
  /** Null when nobody waits, or those who did were told. */
  lost: ((error: AuditError) => void) | null;
}

/** Something to write that nobody waits for. */
export function untended(draft: EntryDraft | null, recorded: Waiting["recorded"] = null): Waiting {
  return { draft, bytes: draft ? estimatedBytes(draft) : 0, since: 0, recorded, lost: null };
}

export interface BufferLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** So that one commit keeps nobody waiting for long, and takes little memory besides. */
const largestCommit: BufferLimits = { entries: 1000, bytes: 4 << 20 };

/** What is in memory because it is not on the disk yet, oldest first: because the disk is slow, or gone. */
export class Backlog {
  readonly #limits: BufferLimits;
  readonly #waiting: Waiting[] = [];
  #entries = 0;
  #bytes = 0;
  #isFull = false;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  get entries(): number {
    return this.#entries;
  }

  /** Entries without those that the log writes about itself. */
  get others(): number {
    return this.#waiting.filter(({ draft }) => draft && !draft.event_type.startsWith("audit.")).length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether the limits are reached; then until half of it is gone. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** By the clock of the stall watch, since when somebody has been waiting; null when nobody does. */
  get waitingSince(): number | null {
    return this.#waiting.find(({ lost }) => lost !== null)?.since ?? null;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#count(waiting);
  }

  /** Only when no commit is made: what is in one stands in front. */
  addFirst(waiting: Waiting): void {
    this.#waiting.unshift(waiting);
    this.#count(waiting);
  }

  /** How many stand in it, entries and those who only wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Behind the first `from`, the oldest, at most so many as fit in a commit. They stay until they are {@link done}. */
  next(from: number, most: number): readonly Waiting[] {
    const last = Math.min(this.#waiting.length, from + Math.min(most, largestCommit.entries));
    let end = from;
    let bytes = 0;
    while (end < last && (end === from || bytes + this.#waiting[end]!.bytes <= largestCommit.bytes)) {
      bytes += this.#waiting[end]!.bytes;
      end += 1;
    }
    return this.#waiting.slice(from, end);
  }

  /** A commit is on the disk. */
  done(commit: readonly Waiting[]): void {
    this.#waiting.splice(0, commit.length);
    for (const { draft, bytes } of commit) {
      if (draft) this.#entries -= 1;
      this.#bytes -= bytes;
    }
    const { entries, bytes } = this.#limits;
    if (this.#entries * 2 <= entries && this.#bytes * 2 <= bytes) this.#isFull = false;
  }

  /** Tells everybody who waits, and keeps their entries. */
  reject(error: AuditError): void {
    for (const waiting of this.#waiting) {
      waiting.lost?.(error);
      waiting.lost = null;
    }
  }

  #count({ draft, bytes }: Waiting): void {
    if (draft) this.#entries += 1;
    this.#bytes += bytes;
    if (this.#entries >= this.#limits.entries || this.#bytes >= this.#limits.bytes) this.#isFull = true;
  }
}
