import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { toWellFormed } from "../seal/canonical-json.ts";
import { parseLine } from "../seal/line.ts";
import { journalFiles } from "./journal-file.ts";

// Enough for the last lines of every log that is alive: each writes at least a heartbeat.
const tailBytes = 4 << 20;
const newestFiles = 2;
const mostLinks = 64;
const longestOrigin = 512;

/** The newest signed line of a log: a checkpoint. */
export interface LogHead {
  readonly log: string;
  readonly size: number;
  readonly chain_hash: string;
  readonly signature: string;
}

/** A file that did not end in LF, and how many bytes it had. */
export interface TornFile {
  readonly file: string;
  readonly size: number;
}

/** What a new log needs to know of those before it: their heads, to link them, and unfinished lines. */
export function readTail(directory: string): { heads: LogHead[]; torn: TornFile[] } {
  const heads = new Map<string, LogHead>();
  const torn: TornFile[] = [];
  for (const file of journalFiles(directory).slice(-newestFiles)) {
    const { bytes, size } = lastBytes(join(directory, file));
    if (size > 0 && bytes.at(-1) !== 0x0a) torn.push({ file, size });
    for (const line of linesOf(bytes)) {
      const head = headOf(line);
      if (head && head.size > (heads.get(head.log)?.size ?? 0)) {
        heads.delete(head.log);
        heads.set(head.log, head);
      }
    }
  }
  return { heads: [...heads.values()].slice(-mostLinks), torn };
}

function lastBytes(path: string): { bytes: Buffer; size: number } {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return { bytes, size };
  } finally {
    closeSync(file);
  }
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function headOf(line: Buffer): LogHead | null {
  const sealed = parseLine(line);
  if (!sealed?.signature) return null;
  try {
    const { log, seq } = JSON.parse(sealed.leaf.toString()) as { log: unknown; seq: unknown };
    if (typeof log !== "string" || typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0)
      return null;
    // Nobody has verified this line: what is no origin must not get into an entry of ours.
    if (log.length > longestOrigin || toWellFormed(log) !== log) return null;
    return { log, size: seq + 1, chain_hash: sealed.chainHash, signature: sealed.signature };
  } catch {
    return null;
  }
}
