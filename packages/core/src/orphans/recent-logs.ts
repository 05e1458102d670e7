import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { isArchive, journalFiles, writerOfFile } from "../journal/file-names.ts";
import { LineSplitter } from "../journal/line-splitter.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { factsIn, saysWriteAhead } from "./find-orphans.ts";
import type { LogFacts } from "./log-facts.ts";
import { looksLike, memberText } from "./quick-look.ts";

// A log says what it guarantees every few hundred entries; of one that was cut off, the starts say it too.
const mostBytes = 32 << 20;
/** So that one busy process does not hide those beside it. */
const mostBytesOfWriter = 4 << 20;
const blockBytes = { least: 1 << 16, most: 1 << 20 } as const;

/**
 * The logs with starts that the newest part of a journal shows: the last 32 MiB that were written, archives left out. To read all of a
 * journal at each opening would take too long where there is much of it.
 */
export async function recentLogs(directory: string, signal: AbortSignal): Promise<Map<string, LogFacts>> {
  const logs = new Map<string, LogFacts>();
  for (const part of await newestParts(directory)) {
    for await (const line of linesOf(part)) {
      if (signal.aborted) return logs;
      const isKnown = logs.has(memberText(line, "log") ?? "");
      if (!isKnown && !looksLike.start(line) && !looksLike.ofLog(line)) continue;
      const entry = writtenEntryOf(line);
      if (!entry) continue;
      if (looksLike.start(line) || saysWriteAhead(entry)) factsIn(logs, entry.log);
      logs.get(entry.log)?.note(entry);
    }
  }
  return logs;
}

interface Part {
  readonly path: string;
  readonly from: number;
  /** How far the file went when it was looked at. */
  readonly to: number;
}

/** The ends of the files that were written to last, those written to last at the end. */
async function newestParts(directory: string): Promise<Part[]> {
  const names = journalFiles(directory).filter((name) => !isArchive(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const most = writerOfFile(name) === null ? mostBytes : mostBytesOfWriter;
      return stat(path).then(({ size, mtimeMs }) => ({ path, size, mtimeMs, most }), unlessGone);
    }),
  );
  const files = found.flatMap((file) => (file && file.size > 0 ? [file] : []));
  const parts: Part[] = [];
  let left = mostBytes;
  for (const { path, size, most } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    if (left <= 0) break;
    const from = Math.max(0, size - Math.min(left, most));
    parts.unshift({ path, from, to: size });
    left -= size - from;
  }
  return parts;
}

/** The first of them may be the end of a line, which is no entry. */
async function* linesOf({ path, from, to }: Part): AsyncGenerator<Buffer> {
  const splitter = new LineSplitter();
  const file = await open(path).catch(unlessGone);
  if (!file) return;
  try {
    // There may be thousands of small ones, of processes with files of their own.
    const length = Math.min(Math.max(to - from, blockBytes.least), blockBytes.most);
    const block = Buffer.allocUnsafeSlow(length);
    for (let position = from; ; ) {
      const { bytesRead } = await file.read(block, 0, length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      for (const { bytes } of splitter.push(block.subarray(0, bytesRead))) yield bytes;
    }
  } finally {
    await file.close();
  }
}

/** A file that was just archived or moved away has nothing new. */
function unlessGone(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  throw error;
}
