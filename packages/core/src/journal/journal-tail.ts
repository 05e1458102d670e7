import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { parseLine } from "../seal/line.ts";
import { isProvenHead, type LogHead } from "../seal/log-head.ts";
import type { NoteVerifier } from "../seal/signed-note.ts";
import { writerOfFile } from "./file-names.ts";
import { newestFiles } from "./newest-files.ts";

// Enough for the last lines of the logs that are alive: each says its key again when the file has a quarter of this more, but for
// commits that are longer.
const tailBytes = 8 << 20;
// Of a file of one log, its last lines and its key are enough, which are mostly near; and there may be many such files.
const firstTailBytes = 1 << 16;
const mostLinks = 64;
const longestOrigin = 512;

/** A file that did not end in LF, and how many bytes it had. */
export interface TornFile {
  readonly file: string;
  readonly size: number;
}

/**
 * What a new log needs to know of those before it: their heads, to link them, and unfinished lines. Nobody has verified
 * these lines, so that only heads which prove themselves are taken: a forged line must not get into a sealed entry.
 */
export function readTail(
  directory: string,
  rootKeys: readonly NoteVerifier[],
): { heads: LogHead[]; torn: TornFile[] } {
  const logs = new Map<string, SeenLog>();
  const torn: TornFile[] = [];
  for (const file of newestFiles(directory)) {
    const path = join(directory, file);
    const isOfOneLog = writerOfFile(file) !== null;
    const { bytes, size } = isOfOneLog ? tailOfOneLog(path, rootKeys) : lastBytes(path, tailBytes);
    if (size > 0 && bytes.at(-1) !== 0x0a) torn.push({ file, size });
    for (const line of linesOf(bytes)) note(logs, line);
  }
  const heads = [...logs.values()].map((seen) => headOf(seen, rootKeys)).filter((head) => head !== null);
  return { heads: heads.slice(-mostLinks), torn: torn.slice(-mostLinks) };
}

/** As much of the end of a file as shows a head that proves itself. */
function tailOfOneLog(path: string, rootKeys: readonly NoteVerifier[]): Tail {
  for (let most = firstTailBytes; most < tailBytes; most *= 16) {
    const tail = lastBytes(path, most);
    const logs = new Map<string, SeenLog>();
    for (const line of linesOf(tail.bytes)) note(logs, line);
    if (tail.size <= most || [...logs.values()].some((seen) => headOf(seen, rootKeys))) return tail;
  }
  return lastBytes(path, tailBytes);
}

/** What the tail says of one log: where its key is said, and its signed lines, newest last. */
interface SeenLog {
  keys: readonly { readonly log_key: unknown; readonly delegation: unknown }[];
  signed: readonly Omit<LogHead, "log_key" | "delegation">[];
}

const mostCandidates = 8;

function note(logs: Map<string, SeenLog>, line: Buffer): void {
  const sealed = parseLine(line);
  if (!sealed) return;
  try {
    const { log, seq, detail } = JSON.parse(sealed.leaf.toString()) as {
      log: unknown;
      seq: unknown;
      detail?: unknown;
    };
    if (typeof log !== "string" || log.length > longestOrigin || !Number.isSafeInteger(seq)) return;
    const seen = logs.get(log) ?? { keys: [], signed: [] };
    const { log_key, delegation } = (detail ?? {}) as { log_key?: unknown; delegation?: unknown };
    if (log_key !== undefined) seen.keys = [...seen.keys, { log_key, delegation }].slice(-mostCandidates);
    const { chainHash: chain_hash, signature } = sealed;
    const head = { log, size: (seq as number) + 1, chain_hash, signature };
    if (signature !== "") seen.signed = [...seen.signed, head].slice(-mostCandidates);
    // The log written to last comes last.
    logs.delete(log);
    logs.set(log, seen);
  } catch {
    // Not an entry.
  }
}

function headOf({ keys, signed }: SeenLog, rootKeys: readonly NoteVerifier[]): LogHead | null {
  for (const head of [...signed].reverse()) {
    for (const key of keys) {
      const proven = { ...head, ...key };
      if (isProvenHead(proven, rootKeys)) return proven;
    }
  }
  return null;
}

interface Tail {
  readonly bytes: Buffer;
  /** Of the whole file. */
  readonly size: number;
}

function lastBytes(path: string, most: number): Tail {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    // It was just compressed, or moved away.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { bytes: Buffer.alloc(0), size: 0 };
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, most));
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
