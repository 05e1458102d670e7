import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";

/** The digest of a file as it is, in hex, and how many bytes it is of. */
export async function digestOf(path: string, hash: Hash): Promise<{ bytes: number; digest: string }> {
  let bytes = 0;
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(block);
    bytes += block.length;
  }
  return { bytes, digest: hash.digest("hex") };
}
