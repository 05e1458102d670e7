import { createHash } from "node:crypto";
import {
  type EntryLine,
  entryLineOf,
  type JournalLine,
  LineSplitter,
  RefusedFile,
  readBytes,
} from "@openrouter-audit/core/seal";

/** What a file of lines holds, unpacked. */
export interface LogContent {
  /** Those that are not empty. */
  readonly lines: number;
  readonly content_bytes: number;
  readonly content_sha256: string;
  /** Why it was not read to its end; null when it was. */
  readonly refused: string | null;
}

/** Reads the lines of a file, unpacked when its name ends in `.gz`. A line is good until the next. */
export async function* linesIn(
  path: string,
): AsyncGenerator<{ readonly line: JournalLine; readonly entry: EntryLine | null }, LogContent, void> {
  const hash = createHash("sha256");
  const splitter = new LineSplitter();
  let [lines, bytes] = [0, 0];
  let refused: string | null = null;
  try {
    for await (const block of readBytes(path)) {
      hash.update(block);
      bytes += block.length;
      for (const line of splitter.push(block)) {
        lines += 1;
        yield { line, entry: entryLineOf(line.bytes) };
      }
    }
  } catch (cause) {
    if (!(cause instanceof RefusedFile)) throw cause;
    refused = cause.message;
  }
  for (const line of splitter.end()) {
    lines += 1;
    yield { line, entry: entryLineOf(line.bytes) };
  }
  return { lines, content_bytes: bytes, content_sha256: hash.digest("hex"), refused };
}
