import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A complete line of a file. */
export interface EndedLine {
  readonly bytes: Buffer;
  /** The offset just after its LF. */
  readonly end: number;
}

/** The complete lines of a file, the last one first, reading no more than is asked for. Empty lines are left out. */
export function* linesFromEnd(path: string, firstBlock = 1 << 16): Generator<EndedLine> {
  const file = openSync(path, "r");
  try {
    let position = fstatSync(file).size;
    let blockSize = firstBlock;
    // What stands before the part already cut into lines. At first that is whatever follows the last LF.
    let rest = Buffer.alloc(0);
    let unfinished = true;
    while (position > 0) {
      const block = Buffer.alloc(Math.min(blockSize, position));
      position -= block.length;
      readSync(file, block, 0, block.length, position);
      rest = Buffer.concat([block, rest]);
      for (let lf = rest.lastIndexOf(0x0a); lf >= 0; lf = rest.lastIndexOf(0x0a)) {
        if (!unfinished && lf + 1 < rest.length)
          yield { bytes: rest.subarray(lf + 1), end: position + rest.length + 1 };
        unfinished = false;
        rest = rest.subarray(0, lf);
      }
      // A line longer than a block is met with ever larger blocks, lest it be copied again and again.
      blockSize = Math.max(firstBlock, rest.length);
    }
    if (!unfinished && rest.length > 0) yield { bytes: rest, end: rest.length + 1 };
  } finally {
    closeSync(file);
  }
}
