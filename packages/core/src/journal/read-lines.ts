import { type JournalLine, LineSplitter } from "./line-splitter.ts";
import { readBytes } from "./read-bytes.ts";

/** The lines of a journal file, one after the other. @throws what {@link readBytes} throws */
export async function* readLines(path: string): AsyncGenerator<JournalLine> {
  const splitter = new LineSplitter();
  for await (const bytes of readBytes(path)) yield* splitter.push(bytes);
  yield* splitter.end();
}
