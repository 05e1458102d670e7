import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Output } from "./terminal.ts";

/** Writes lines as they come, no faster than they are read, until there are no more or nobody reads any more. */
export async function writeLines(output: Output, lines: AsyncIterable<string>): Promise<void> {
  async function* ended() {
    for await (const line of lines) yield `${line}\n`;
  }
  try {
    await pipeline(Readable.from(ended()), output, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
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
