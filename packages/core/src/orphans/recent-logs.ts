import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { isArchive, journalFiles, writerOfFile } from "../journal/file-names.ts";
import { type JournalLine, LineSplitter } from "../journal/line-splitter.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { EntryLines } from "../verify/entry-line.ts";
import { CoveredLines, type NoteTaker } from "./covered-lines.ts";
import { factsIn, saysWriteAhead } from "./find-orphans.ts";
import { LogFacts, type Said, saidIn } from "./log-facts.ts";
import { looksLike, memberText } from "./quick-look.ts";

// A log says what it guarantees every few hundred entries; of one that was cut off, the starts say it too.
const mostBytes = 32 << 20;
/** So that one busy process does not hide those beside it. */
const mostBytesOfWriter = 4 << 20;
const blockBytes = { least: 1 << 16, most: 1 << 20 } as const;

/**
 * The logs with starts that the newest part of a journal shows: the last 32 MiB that were written, archives left out. To read all of a
 * journal at each opening would take too long where there is much of it. Of a log that says its key there, only what it has
 * signed counts: whoever writes that it was closed, without the key, hides nothing.
 */
export async function recentLogs(
  directory: string,
  rootKeys: readonly NoteVerifier[],
  signal: AbortSignal,
): Promise<Map<string, LogFacts>> {
  const logs = new Map<string, LogFacts>();
  const signed = new Map<string, CoveredLines<Said>>();
  const lines = new EntryLines();
  for (const part of await newestParts(directory)) {
    for await (const line of linesOf(part)) {
      if (signal.aborted) return logs;
      const { bytes, number } = line;
      const isKnown = logs.has(memberText(bytes, "log") ?? "");
      if (!isKnown && !looksLike.start(bytes) && !looksLike.ofLog(bytes)) continue;
      const read = lines.read(line);
      if (!read) continue;
      const at = { file: part.path, line: number };
      const said = saidIn(read);
      if (!signed.has(read.log) && said && saysWriteAhead(read.entry)) {
        const begun = CoveredLines.from(read, at, rootKeys, () => notesIn(new LogFacts(read.log), logs));
        if (begun) signed.set(read.log, begun);
      }
      const log = signed.get(read.log);
      if (log) {
        log.add(read, at, said, rootKeys);
        continue;
      }
      if (looksLike.start(bytes) || (said && saysWriteAhead(read.entry))) factsIn(logs, read.log);
      logs.get(read.log)?.note(read.entry);
    }
  }
  for (const log of signed.values()) log.end();
  return logs;
}

/** In place of what was found of the log before, which nobody has verified. */
function notesIn(facts: LogFacts, logs: Map<string, LogFacts>): NoteTaker<Said> {
  logs.set(facts.origin, facts);
  return {
    covered: (notes, recorded_at) => {
      for (const said of [...notes, { event_type: "", detail: null, recorded_at }]) facts.note(said);
    },
    left: () => undefined,
  };
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
async function* linesOf({ path, from, to }: Part): AsyncGenerator<JournalLine> {
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
      yield* splitter.push(block.subarray(0, bytesRead));
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
