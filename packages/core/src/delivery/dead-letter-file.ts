import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Clock } from "./clock.ts";
import { rejectedPath } from "./delivery-paths.ts";
import type { DeadLetter } from "./parcel.ts";
import { messageOf } from "./sink-write.ts";

/** What stands in a line of the file. See docs/delivery.md, "Dead letters". */
export interface DeadLetterLine {
  /** RFC 3339 in UTC. */
  readonly at: string;
  readonly sink: string;
  readonly reason: string;
  /** The line of the journal, without LF. */
  readonly line: string;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/**
 * Keeps what a sink will never take, so that it is found again. Resolves when it is on the disk.
 *
 * @throws Error when it cannot be kept: then the entry must not be passed
 */
export async function keepDeadLetters(
  directory: string,
  sink: string,
  letters: readonly DeadLetter[],
  clock: Clock,
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const text = letters
    .map(({ parcel, reason }) => {
      const letter: DeadLetterLine = { at, sink, reason, line: parcel.line() };
      return `${JSON.stringify(letter)}\n`;
    })
    .join("");
  const path = rejectedPath(directory, sink);
  try {
    const file = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      // What somebody did not finish must not be glued to the next.
      await file.writeFile((await endsTorn(file)) ? `\n${text}` : text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new Error(`rejected entries cannot be set aside in ${path}: ${messageOf(cause)}`, { cause });
  }
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
