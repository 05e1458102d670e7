/** How far a part of a run is: told many times a second, at least once for each file. */
export interface RetentionProgress {
  readonly doing: "verifying" | "planning" | "compressing" | "counting";
  readonly bytes: number;
  readonly totalBytes: number;
}

export type OnRetentionProgress = (progress: RetentionProgress) => void;

/** Tells how far the files of a part are, one after the other. */
export class PartProgress {
  readonly #doing: RetentionProgress["doing"];
  readonly #totalBytes: number;
  readonly #tell: OnRetentionProgress | undefined;
  #before = 0;
  #size = 0;
  #bytes = 0;

  constructor(doing: RetentionProgress["doing"], totalBytes: number, tell: OnRetentionProgress | undefined) {
    this.#doing = doing;
    this.#totalBytes = totalBytes;
    this.#tell = tell;
  }

  /** The next file, of this size: the one before is done. */
  begin(size: number): void {
    this.#before += this.#size;
    this.#size = size;
    this.#bytes = 0;
    this.#report();
  }

  /** So much more of it was read. Of an archive that is more than its size: what it unpacks to. */
  readonly read = (bytes: number): void => {
    this.#bytes += bytes;
    this.#report();
  };

  /** All are done, or need not be read. */
  end(): void {
    this.begin(0);
  }

  #report(): void {
    const bytes = this.#before + Math.min(this.#size, this.#bytes);
    this.#tell?.({ doing: this.#doing, bytes, totalBytes: this.#totalBytes });
  }
}
