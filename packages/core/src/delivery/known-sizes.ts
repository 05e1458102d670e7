import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { type FileSize, fileSizes } from "./file-sizes.ts";

/** A log that goes on writes a heartbeat at least once a day: it does not go on in a file that nobody wrote to for so long. */
const recentMs = 2 * 86_400_000;
/** To look at all of them takes at most such a part of the time. */
const mostOfTime = 1 / 20;
const leastRestMs = 250;

/**
 * The files of a journal and their sizes, for all who deliver from it. A journal has the files of years: looked at after each
 * commit are those that were written to in the last two days, and all of them every so often.
 */
export class KnownSizes {
  readonly #directory: string;
  readonly #clock: Clock;
  #files: FileSize[] = [];
  #lookedAt = Number.NaN;
  #restMs = 0;
  #recentFrom = 0;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Whether it is known that there is a file of that name. */
  has(name: string): boolean {
    return this.#files.findLast((file) => file.name === name) !== undefined;
  }

  /** As they were when they were looked at last. */
  get files(): readonly FileSize[] {
    return this.#files;
  }

  /** A file is known to have come so far. */
  grew(name: string, size: number): void {
    const index = this.#files.findLastIndex((file) => file.name === name);
    const file = this.#files[index];
    if (file && file.size < size) this.#files[index] = { ...file, size };
  }

  /** Has all of them looked at the next time. */
  forget(): void {
    this.#lookedAt = Number.NaN;
  }

  /** As {@link fileSizes}. @throws the file system's error when the directory cannot be read */
  now(): readonly FileSize[] {
    const since = this.#clock.now() - this.#lookedAt;
    // Not a number at first; negative when the clock was set back.
    const isKnown = since >= 0 && since < this.#restMs;
    if (!isKnown || !this.#lookAtRecent()) this.#lookAtAll();
    return this.#files;
  }

  #lookAtAll(): void {
    const begun = performance.now();
    this.#files = fileSizes(this.#directory);
    const newest = this.#files.reduce((at, { writtenAt }) => Math.max(at, writtenAt), 0);
    this.#recentFrom = newest - recentMs;
    this.#restMs = Math.max(leastRestMs, (performance.now() - begun) / mostOfTime);
    this.#lookedAt = this.#clock.now();
  }

  /** @returns false when one of them is gone: its archive may be there instead */
  #lookAtRecent(): boolean {
    const files = [...this.#files];
    // Newest first, as all of them.
    for (let index = files.length - 1; index >= 0; index -= 1) {
      const file = files[index]!;
      if (file.writtenAt < this.#recentFrom) continue;
      const found = statSync(join(this.#directory, file.name), { throwIfNoEntry: false });
      if (!found) return false;
      files[index] = { ...file, size: found.size, writtenAt: found.mtimeMs };
    }
    this.#files = files;
    return true;
  }
}
