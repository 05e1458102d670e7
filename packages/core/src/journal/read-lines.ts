import { type JournalLine, LineSplitter } from "./line-splitter.ts";
import { readBytes } from "./read-bytes.ts";

/**
 * The lines of a journal file, one after the other.
 *
 * @param onRead told how many more bytes were read of the file as it is stored
 * @throws what {@link readBytes} throws
 */
export async function* readLines(
  path: string,
  onRead?: (bytes: number) => void,
  blockBytes?: number,
): AsyncGenerator<JournalLine> {
  const splitter = new LineSplitter();
  for await (const bytes of readBytes(path, onRead, blockBytes)) yield* splitter.push(bytes);
  yield* splitter.end();
}
