const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Puts whole lines together out of bytes that are cut anywhere. What is made of whole lines has no character cut. */
export class WholeLines {
  #begun: Buffer[] = [];
  #pending = 0;

  /** How many bytes there are of a line that has not come to its end. */
  get pending(): number {
    return this.#pending;
  }

  /** All lines that are whole with these bytes; they may be the very bytes. */
  add(bytes: Uint8Array): Uint8Array {
    const end = endOfLines(bytes);
    if (end === bytes.length && this.#pending === 0) return bytes;
    const ended = bytes.subarray(0, end);
    const lines = end > 0 && this.#pending > 0 ? Buffer.concat([...this.#begun, ended]) : ended;
    if (end > 0) this.drop();
    this.#pending += bytes.length - end;
    // Copied: a byte stream takes the buffer away from us when it passes it on.
    if (end < bytes.length) this.#begun.push(Buffer.from(bytes.subarray(end)));
    return lines;
  }

  /** Forgets the line that has not come to its end. */
  drop(): void {
    this.#begun = [];
    this.#pending = 0;
  }
}

function endOfLines(bytes: Uint8Array): number {
  if (bytes[bytes.length - 1] === lineFeed) return bytes.length;
  return Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn)) + 1;
}
