import type { JournalEnd } from "../journal/journal-file.ts";
import type { Carrying } from "./carrier.ts";
import type { Clock } from "./clock.ts";
import { CursorView } from "./cursor-view.ts";
import type { SinkStatus } from "./delivery.ts";
import { bytesBehind, type FileSize } from "./file-sizes.ts";
import type { JournalWatch } from "./journal-watch.ts";
import { ageOf } from "./lag-watch.ts";

export const notDelivering: Carrying = {
  state: "elsewhere",
  delivered: 0,
  rejected: 0,
  failures: 0,
  lastError: null,
  lastDeliveredAt: null,
};

/** What a process knows of a sink that another one delivers to. */
export class StandBy {
  readonly #watch: JournalWatch;
  readonly #clock: Clock;
  readonly #view: CursorView;
  /** What was the end of the journal, and when, as long as the other has not got there. */
  #ahead: { readonly end: JournalEnd; readonly since: string } | null = null;
  /** How many times it was asked in a row whether the other gave a sign of life, and it had not. */
  silence = 0;
  /** As they were when they were last looked at. */
  #files: readonly FileSize[] = [];

  constructor(directory: string, sink: string, watch: JournalWatch, clock: Clock) {
    this.#watch = watch;
    this.#clock = clock;
    this.#view = new CursorView(directory, sink);
  }

  has(end: JournalEnd): boolean {
    return this.#view.has(end);
  }

  /** Why the other cannot deliver, or null. */
  get failure(): string | null {
    const { failingSince, lastError } = this.#view.cursor;
    if (failingSince === null) return null;
    return `the process that delivers cannot since ${failingSince}${lastError === null ? "" : `: ${lastError}`}`;
  }

  /** Since when it has not got to what then was the end, or null. */
  get behindSince(): string | null {
    return this.#ahead && !this.has(this.#ahead.end) ? this.#ahead.since : null;
  }

  get lag(): SinkStatus["lag"] {
    const { files } = this.#view.cursor;
    const bytes = this.#files.reduce((sum, file) => sum + bytesBehind(file, files), 0);
    return { bytes, ms: ageOf(this.behindSince, this.#clock.now()) };
  }

  /** Looks how far the other is. @returns whether it has moved, or given a sign of life */
  look(): boolean {
    try {
      const hasMoved = this.#view.look();
      if (hasMoved) this.silence = 0;
      return hasMoved;
    } catch {
      // Its directory cannot be read, which the journal says itself.
      return false;
    }
  }

  /** Looks how far the journal is: more to do than to {@link look}. */
  lookAhead(): void {
    this.#files = this.#sizes();
    if (this.behindSince !== null) return;
    const newest = this.#files.at(-1);
    const since = new Date(this.#clock.now()).toISOString();
    this.#ahead = newest ? { end: { file: newest.name, size: newest.size }, since } : null;
  }

  #sizes(): readonly FileSize[] {
    try {
      return this.#watch.sizes();
    } catch {
      // The journal says itself that it cannot be read.
      return [];
    }
  }
}
