import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isArchive } from "../journal/file-names.ts";
import { readBytes } from "../journal/read-bytes.ts";
import { type FilePlace, markedBefore, markOf } from "./cursor.ts";

/** A file that is not the one that was read before: what was delivered of it is not in it, or not where it was. */
export class ReplacedFile extends Error {
  override readonly name = "ReplacedFile";
}

/** A line with its LF, and where it ends in the file. */
export interface PlacedLine {
  /** Null for one too long to be an entry. */
  readonly bytes: Buffer | null;
  readonly end: number;
}

const blockBytes = 1 << 20;
/** Larger than any entry this library writes. */
const longestLine = 16 << 20;
const lineFeed = 0x0a;

/** The whole lines of a file from a place on. What no LF ends is none yet. */
export class LinesFrom {
  readonly #blocks: AsyncGenerator<Buffer>;
  #block: Buffer = Buffer.alloc(0);
  /** Where in the block the next line begins. */
  #next = 0;
  /** Where in the file the block ends. */
  #end: number;
  #isTooLong = false;

  /** @param size where to stop reading, of a file that is not compressed: somebody may be writing behind that */
  constructor(path: string, place: FilePlace, size: number) {
    this.#blocks = isArchive(path) ? unpackedFrom(path, place) : blocksFrom(path, place, size);
    this.#end = place.offset;
  }

  /** The next of the lines that were read, or null when more must be read first. Its bytes stay as they are. */
  next(): PlacedLine | null {
    const end = this.#block.indexOf(lineFeed, this.#next);
    if (end < 0) return null;
    const bytes = this.#isTooLong ? null : this.#block.subarray(this.#next, end + 1);
    this.#isTooLong = false;
    this.#next = end + 1;
    return { bytes, end: this.#end - (this.#block.length - this.#next) };
  }

  /**
   * Reads more. @returns false at the end
   * @throws ReplacedFile when the file is not the one of the place; RefusedFile for an archive that is none; the file system's error
   */
  async read(): Promise<boolean> {
    const { value: block, done } = await this.#blocks.next();
    if (done) return false;
    let rest = this.#block.subarray(this.#next);
    if (rest.length > longestLine) {
      this.#isTooLong = true;
      rest = rest.subarray(0, 0);
    }
    this.#block = rest.length > 0 ? Buffer.concat([rest, block]) : block;
    this.#next = 0;
    this.#end += block.length;
    return true;
  }

  async close(): Promise<void> {
    await this.#blocks.return(undefined);
  }
}

async function* blocksFrom(path: string, place: FilePlace, size: number): AsyncGenerator<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    let skip = markedBefore(place.offset);
    let position = place.offset - skip;
    do {
      // Each block has memory of its own: what is cut out of it waits for the sink.
      const wanted = Buffer.allocUnsafe(Math.min(blockBytes, Math.max(size - position, skip)));
      const { bytesRead } = await file.read(wanted, 0, wanted.length, position);
      const block = wanted.subarray(0, bytesRead);
      checkMark(block.subarray(0, skip), skip, place);
      if (bytesRead > skip) yield block.subarray(skip);
      else if (bytesRead === 0) return;
      position += bytesRead;
      skip = 0;
    } while (position < size);
  } finally {
    await file.close();
  }
}

async function* unpackedFrom(path: string, place: FilePlace): AsyncGenerator<Buffer> {
  let skip = place.offset;
  let before = Buffer.alloc(0);
  for await (const bytes of readBytes(path)) {
    const skipped = Math.min(skip, bytes.length);
    if (skipped > 0) {
      before = Buffer.concat([before, bytes.subarray(0, skipped)]).subarray(-markedBefore(place.offset));
      skip -= skipped;
      if (skip === 0) checkMark(before, before.length, place);
    }
    // A copy: the next bytes may come in the same place.
    if (skipped < bytes.length) yield Buffer.from(bytes.subarray(skipped));
  }
  if (skip > 0) throw new ReplacedFile(`it has ${skip} bytes less than were delivered`);
}

function checkMark(before: Buffer, length: number, { offset, mark }: FilePlace): void {
  if (offset === 0 || length === 0) return;
  if (before.length < length) throw new ReplacedFile("it is shorter than what was delivered");
  // Behind the middle of a line, its end would be taken for none of ours and passed over.
  const isWhole = before.at(-1) === lineFeed;
  if (!isWhole || (mark !== null && markOf(before) !== mark))
    throw new ReplacedFile("another line stands where it was left");
}
