import { createHash } from "node:crypto";
import { join } from "node:path";
import { entryOf, isArchive } from "@openrouter-audit/core";
import { LineSplitter, readBytes } from "@openrouter-audit/core/seal";
import { digestOf } from "../digest-of.ts";

/** A file of a journal as it is to be stored. */
export interface Segment {
  readonly file: string;
  readonly path: string;
  /** Lines that are not empty. */
  readonly lines: number;
  /** Of the contents, uncompressed. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of the file as it is. */
  readonly archive_bytes: number;
  readonly archive_sha256: string;
  /** The latest `recorded_at` of its entries; null when it has none. */
  readonly newest: Date | null;
  /** The origins of the logs that have lines in it. */
  readonly logs: ReadonlySet<string>;
}

/**
 * Reads a file once as it is and, when it is compressed, once unpacked.
 *
 * @throws RefusedFile, and the file system's error, as `readBytes` does
 */
export async function readSegment(directory: string, file: string): Promise<Segment> {
  const path = join(directory, file);
  const content = createHash("sha256");
  const splitter = new LineSplitter();
  const logs = new Set<string>();
  let [lines, bytes, newest] = [0, 0, Number.NEGATIVE_INFINITY];
  const take = (line: Buffer) => {
    lines += 1;
    const entry = entryOf(line);
    if (entry === null) return;
    logs.add(entry.log);
    newest = Math.max(newest, Date.parse(entry.recorded_at) || newest);
  };
  for await (const block of readBytes(path)) {
    content.update(block);
    bytes += block.length;
    for (const line of splitter.push(block)) take(line.bytes);
  }
  for (const line of splitter.end()) take(line.bytes);
  const sha256 = content.digest("hex");
  const asIs = isArchive(file) ? await digestOf(path, createHash("sha256")) : { bytes, digest: sha256 };
  return {
    file,
    path,
    lines,
    bytes,
    sha256,
    archive_bytes: asIs.bytes,
    archive_sha256: asIs.digest,
    newest: Number.isFinite(newest) ? new Date(newest) : null,
    logs,
  };
}
