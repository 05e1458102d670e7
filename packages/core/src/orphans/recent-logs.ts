import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { isArchive, journalFiles } from "../journal/file-names.ts";
import { LineSplitter } from "../journal/line-splitter.ts";
import { writtenEntryOf } from "../journal/read-journal.ts";
import { factsIn, saysWriteAhead } from "./find-orphans.ts";
import type { LogFacts } from "./log-facts.ts";
import { looksLike, memberText } from "./quick-look.ts";

// A log says what it guarantees every few hundred entries; of one that was cut off, the starts say it too.
const mostBytes = 32 << 20;
const blockBytes = 1 << 20;

/**
 * The logs with starts that the newest part of a journal shows: the last 32 MiB of it, archives left out. To read all of a
 * journal at each opening would take too long where there is much of it.
 */
export async function recentLogs(directory: string, signal: AbortSignal): Promise<Map<string, LogFacts>> {
  const logs = new Map<string, LogFacts>();
  const parts: { path: string; from: number }[] = [];
  let left = mostBytes;
  for (const name of journalFiles(directory).reverse()) {
    if (left <= 0) break;
    if (isArchive(name)) continue;
    const path = join(directory, name);
    const size = await sizeOf(path);
    parts.unshift({ path, from: Math.max(0, size - left) });
    left -= size;
  }
  for (const { path, from } of parts) {
    for await (const line of linesFrom(path, from)) {
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

async function sizeOf(path: string): Promise<number> {
  return reading(path, async (file) => (await file.stat()).size);
}

async function reading<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/** The first of them may be the end of a line, which is no entry. */
async function* linesFrom(path: string, from: number): AsyncGenerator<Buffer> {
  const splitter = new LineSplitter();
  const file = await open(path);
  try {
    const block = Buffer.allocUnsafeSlow(blockBytes);
    for (let position = from; ; ) {
      const { bytesRead } = await file.read(block, 0, blockBytes, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      for (const { bytes } of splitter.push(block.subarray(0, bytesRead))) yield bytes;
    }
  } finally {
    await file.close();
  }
}
