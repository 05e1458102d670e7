import type { JournalEnd } from "../journal/journal-file.ts";
import type { Clock } from "./clock.ts";
import { type FileSize, fileSizes } from "./file-sizes.ts";
import { KnownSizes } from "./known-sizes.ts";

const lookMs = 250;
/** Of so many looks, one wakes everybody: something may have come to an older file. */
const looksUntilAll = 20;
const newest = 2;

/** Tells when there may be more in a journal: told by its own process, and found by looking for what others write. */
export class JournalWatch {
  /** Changes whenever there may be more. */
  version = 0;
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #known: KnownSizes;
  readonly #sleepers = new Set<() => void>();
  #cancel: (() => void) | null = null;
  #looks = 0;
  #last = "";

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
    this.#known = new KnownSizes(directory, clock);
  }

  /** The files there are. @throws the file system's error when the directory cannot be read */
  sizes(): readonly FileSize[] {
    return this.#known.now();
  }

  /** As they were when somebody looked last, with what this process has written since. */
  get known(): readonly FileSize[] {
    return this.#known.files;
  }

  /** This process has written up to there. */
  grew({ file, size }: JournalEnd): void {
    this.#known.grew(file, size);
    this.wake(file);
  }

  /** There is more. @param file where. @default anywhere */
  wake(file?: string): void {
    if (file === undefined || !this.#known.has(file)) this.#known.forget();
    this.version += 1;
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Resolves when the version is another than one that was seen. Rejects when the signal aborts. */
  after(seen: number, signal: AbortSignal): Promise<void> {
    if (this.version !== seen) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal.removeEventListener("abort", wake);
        if (this.#sleepers.size === 0) this.#rest();
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener("abort", wake);
      this.#sleepers.add(wake);
      this.#cancel ??= this.#clock.after(lookMs, () => this.#look());
    });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    this.#cancel = this.#clock.after(lookMs, () => this.#look());
    this.#looks += 1;
    const found = this.#newestFiles();
    if (found === this.#last && this.#looks < looksUntilAll) return;
    this.#looks = 0;
    this.#last = found;
    this.wake();
  }

  /** What there is to see of the newest files. */
  #newestFiles(): string {
    try {
      const files: readonly FileSize[] = fileSizes(this.#directory, newest);
      return JSON.stringify(files);
    } catch (error) {
      // Whoever is woken by this says what is wrong.
      return String(error);
    }
  }
}
