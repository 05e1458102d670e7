/** One line of a file, without its LF. */
export interface JournalLine {
  /** 1-based. */
  readonly number: number;
  readonly bytes: Buffer;
  /** False for a last line without LF. */
  readonly ended: boolean;
}

/** Larger than any entry this library writes; a longer line is cut there and can only be a foreign one. */
const longestLine = 16 << 20;

/** Cuts bytes, as they come, into lines. Empty lines are counted and left out. */
export class LineSplitter {
  #number = 1;
  #rest: Buffer[] = [];
  #restLength = 0;

  /** The lines that end in these bytes. They are good as long as the bytes are. */
  *push(chunk: Buffer): Generator<JournalLine> {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const bytes = this.#withRest(chunk.subarray(start, end));
      if (bytes.length > 0) yield { number: this.#number, bytes, ended: true };
      this.#number += 1;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What stands after the last line end. */
  *end(): Generator<JournalLine> {
    const bytes = this.#withRest(Buffer.alloc(0));
    if (bytes.length > 0) yield { number: this.#number, bytes, ended: false };
  }

  #withRest(piece: Buffer): Buffer {
    if (this.#restLength === 0) return piece;
    this.#keep(piece);
    const bytes = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restLength = 0;
    return bytes;
  }

  #keep(piece: Buffer): void {
    const kept = piece.subarray(0, Math.max(0, longestLine - this.#restLength));
    if (kept.length > 0) this.#rest.push(kept);
    this.#restLength += piece.length;
  }
}
