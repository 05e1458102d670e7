import { createReadStream } from "node:fs";

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

/** The lines of a file, one after the other. Empty lines are counted and left out. */
export async function* readLines(path: string): AsyncGenerator<JournalLine> {
  let number = 1;
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const piece = chunk.subarray(start, end);
      const bytes = rest.length > 0 ? Buffer.concat([...rest, piece]) : piece;
      if (bytes.length > 0) yield { number, bytes, ended: true };
      rest = [];
      restLength = 0;
      number += 1;
      start = end + 1;
    }
    const room = Math.max(0, longestLine - restLength);
    const piece = chunk.subarray(start, Math.min(chunk.length, start + room));
    if (piece.length > 0) rest.push(piece);
    restLength += piece.length;
  }
  if (restLength > 0) yield { number, bytes: Buffer.concat(rest), ended: false };
}
