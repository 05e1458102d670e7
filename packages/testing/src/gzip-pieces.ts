import { constants, createGzip } from "node:zlib";

/** Compresses pieces one by one and flushes after each, so that a reader can decode every event as it comes. */
export async function gzipPieces(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const gzip = createGzip();
  const compressed: Uint8Array[] = [];
  const collect = () => {
    const bytes: Buffer | null = gzip.read();
    if (bytes) compressed.push(bytes);
  };
  for (const piece of pieces) {
    gzip.write(piece);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    collect();
  }
  const ended = new Promise((resolve, reject) => gzip.once("end", resolve).once("error", reject));
  gzip.on("readable", collect);
  gzip.end();
  await ended;
  return compressed;
}
