import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Output } from "./command-io.ts";

/**
 * Writes lines as they come, no faster than they are read, until there are no more or nobody reads any more. Whatever ends it, the
 * lines are over when it is: what they were read of is closed, and that it was read is written down.
 *
 * @param onClosed told that nobody reads any more, so that a line that is still waited for is not
 */
export async function writeLines(
  output: Output,
  lines: AsyncIterable<string>,
  onClosed: () => void = () => undefined,
): Promise<void> {
  const each = lines[Symbol.asyncIterator]();
  async function* ended() {
    for await (const line of { [Symbol.asyncIterator]: () => each }) yield `${line}\n`;
  }
  try {
    await pipeline(Readable.from(ended()), output, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    onClosed();
  } finally {
    await each.return?.();
  }
}

/** Rows as lines, below a head where there is one. */
export async function* linesOf<Row>(
  rows: AsyncIterable<Row>,
  line: (row: Row) => string,
  head?: string,
): AsyncGenerator<string> {
  if (head !== undefined) yield head;
  for await (const row of rows) yield line(row);
}
