import type { JournalEnd } from "../journal/journal-file.ts";
import type { Clock } from "./clock.ts";
import { CursorView } from "./cursor-view.ts";
import type { SinkStatus } from "./delivery.ts";
import { bytesBehind } from "./file-sizes.ts";
import type { JournalWatch } from "./journal-watch.ts";
import { ageOf } from "./lag-watch.ts";

/** What a process knows of a sink that another one delivers to. */
export class StandBy {
  readonly #watch: JournalWatch;
  readonly #clock: Clock;
  readonly #view: CursorView;
  /** What was the end of the journal, and when, as long as the other has not got there. */
  #ahead: { readonly end: JournalEnd; readonly since: string } | null = null;
  /** How many times it was asked in a row whether the other gave a sign of life, and it had not. */
  silence = 0;
  /** As it was when it was last looked at. */
  #bytesBehind = 0;

  constructor(directory: string, sink: string, watch: JournalWatch, clock: Clock) {
    this.#watch = watch;
    this.#clock = clock;
    this.#view = new CursorView(directory, sink);
  }

  has(end: JournalEnd): boolean {
    return this.#view.has(end);
  }

  /** Since when the other fails, or null. */
  get failingSince(): string | null {
    return this.#view.cursor.failingSince;
  }

  /** Since when it has not got to what then was the end, or null. */
  get behindSince(): string | null {
    return this.#ahead && !this.has(this.#ahead.end) ? this.#ahead.since : null;
  }

  get lag(): SinkStatus["lag"] {
    return { bytes: this.#bytesBehind, ms: ageOf(this.behindSince, this.#clock.now()) };
  }

  /** Looks how far the other is. @returns whether it has moved, or given a sign of life */
  look(): boolean {
    try {
      const hasMoved = this.#view.look();
      if (hasMoved) this.silence = 0;
      this.#lookAhead();
      return hasMoved;
    } catch {
      // The journal says itself that it cannot be read.
      return false;
    }
  }

  #lookAhead(): void {
    const { files: places } = this.#view.cursor;
    const files = this.#watch.sizes();
    this.#bytesBehind = files.reduce((bytes, file) => bytes + bytesBehind(file, places), 0);
    if (this.behindSince !== null) return;
    const newest = files.at(-1);
    const since = new Date(this.#clock.now()).toISOString();
    this.#ahead = newest ? { end: { file: newest.key, size: newest.size }, since } : null;
  }
}
