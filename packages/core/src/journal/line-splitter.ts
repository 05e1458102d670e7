/** One line of a file, without its LF: the bytes from `start` to `end` of a block. */
export class JournalLine {
  /** 1-based. */
  readonly number: number;
  readonly block: Buffer;
  readonly start: number;
  readonly end: number;
  /** False for a last line without LF. */
  readonly ended: boolean;

  constructor(number: number, block: Buffer, start: number, end: number, ended: boolean) {
    this.number = number;
    this.block = block;
    this.start = start;
    this.end = end;
    this.ended = ended;
  }

  get bytes(): Buffer {
    return this.block.subarray(this.start, this.end);
  }
}

/** Larger than any entry this library writes. */
export const longestLine = 16 << 20;
/** What stands for a longer line: the beginning of one may look like an entry, or like one that was cut. */
export const tooLong = Buffer.from("a line too long to be an entry");
/** What a line of several pieces has around it, as others have: readers look at a few bytes at once. */
const [before, behind] = [Buffer.alloc(1), Buffer.alloc(8)] as const;

/** Cuts bytes, as they come, into lines. Empty lines are counted and left out. */
export class LineSplitter {
  #number = 1;
  #rest: Buffer[] = [];
  #restLength = 0;

  /** The lines that end in these bytes. They are good as long as the bytes are. */
  *push(chunk: Buffer): Generator<JournalLine> {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      if (this.#restLength > 0) {
        this.#keep(chunk.subarray(start, end));
        yield this.#restAsLine(true);
      } else if (end > start) {
        yield new JournalLine(this.#number, chunk, start, end, true);
      }
      this.#number += 1;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What stands after the last line end. */
  *end(): Generator<JournalLine> {
    if (this.#restLength > 0) yield this.#restAsLine(false);
  }

  #restAsLine(ended: boolean): JournalLine {
    const line = this.#restLength > longestLine ? [tooLong] : this.#rest;
    const block = Buffer.concat([before, ...line, behind]);
    this.#rest = [];
    this.#restLength = 0;
    return new JournalLine(this.#number, block, before.length, block.length - behind.length, ended);
  }

  #keep(piece: Buffer): void {
    this.#restLength += piece.length;
    if (this.#restLength > longestLine) this.#rest = [];
    // A copy: the next bytes may come in the same place.
    else if (piece.length > 0) this.#rest.push(Buffer.from(piece));
  }
}
