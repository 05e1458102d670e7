import { JournalLine, longestLine, tooLong } from "../journal/line-splitter.ts";

const blockBytes = 1 << 20;
/** What readers look at around a line, a few bytes at once. */
const around = 8;

/** Puts lines that come one by one into blocks, as they come from a file: many in one block are read much faster. */
export class LineBlocks {
  #block = Buffer.alloc(0);
  #other = Buffer.alloc(0);
  #end = 0;

  /** @returns the line, good until the call after the next in which a block is full */
  put(given: string | Buffer): JournalLine {
    const line = given.length > longestLine ? tooLong : given;
    // Not measured: three bytes are the most that a unit of text becomes.
    const most = typeof line === "string" ? line.length * 3 : line.length;
    if (this.#end + most + 2 * around > this.#block.length) this.#turn(most);
    const start = this.#end + around;
    const length = typeof line === "string" ? this.#block.write(line, start) : line.copy(this.#block, start);
    this.#end = start + length;
    this.#block[this.#end] = 0x0a;
    return new JournalLine(0, this.#block, start, this.#end, true);
  }

  #turn(most: number): void {
    const size = Math.max(blockBytes, most + 2 * around);
    [this.#block, this.#other] = [this.#other, this.#block];
    if (this.#block.length < size || this.#block.length > size * 4) this.#block = Buffer.alloc(size);
    this.#end = 0;
  }
}
