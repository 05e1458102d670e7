import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip, constants as zlib } from "node:zlib";
import { isArchive } from "@openrouter-audit/core";
import { longestLine } from "./is-entry.ts";

/** A line that is too long covers such a stretch, from a multiple of it on. */
const stretch = longestLine / 2;
const probe = 1 << 16;

/**
 * Whether a file (no archive) may have a line that is longer than {@link longestLine}, by a few bytes of it: DuckDB reads no file in which one is
 * longer than 32 MiB.
 */
export async function mayHaveOverlongLine(path: string, size: number): Promise<boolean> {
  if (size <= longestLine) return false;
  const file = await open(path);
  try {
    for (let start = stretch; start + stretch <= size; start += stretch)
      if (!(await hasLineEnd(file, start))) return true;
    return false;
  } finally {
    await file.close();
  }
}

async function hasLineEnd(file: FileHandle, start: number): Promise<boolean> {
  const bytes = Buffer.allocUnsafe(probe);
  for (let at = start; at < start + stretch; at += probe) {
    const { bytesRead } = await file.read(bytes, 0, probe, at);
    if (bytesRead === 0 || bytes.subarray(0, bytesRead).includes(0x0a)) return true;
  }
  return false;
}

/** Copies a file; what stands for a line that is too long is no entry either. */
export async function copyWithoutOverlongLines(path: string, target: string, signal?: AbortSignal) {
  const packed = isArchive(path);
  await pipeline(
    [
      createReadStream(path, { highWaterMark: 1 << 20 }),
      ...(packed ? [createGunzip({ chunkSize: 1 << 20 })] : []),
      withoutOverlong,
      ...(packed ? [createGzip({ level: zlib.Z_BEST_SPEED })] : []),
      createWriteStream(target, { mode: 0o600 }),
    ] as never,
    { signal } as never,
  );
}

async function* withoutOverlong(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  const begin = (piece: Buffer) => {
    length += piece.length;
    if (length > longestLine + 1) begun = [];
    else if (piece.length > 0) begun.push(piece);
  };
  const end = () => {
    const line = length > longestLine + 1 ? Buffer.from("too long\n") : Buffer.concat(begun);
    begun = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    const first = chunk.indexOf(0x0a) + 1;
    if (first === 0) {
      begin(chunk);
      continue;
    }
    begin(chunk.subarray(0, first));
    yield end();
    const last = chunk.lastIndexOf(0x0a) + 1;
    yield chunk.subarray(first, last);
    begin(chunk.subarray(last));
  }
  yield end();
}
