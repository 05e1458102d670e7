import { constants, createGzip } from "node:zlib";

/** Compresses pieces one by one and flushes after each, so that a reader can decode every event as it comes. */
export async function gzipPieces(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const gzip = createGzip();
  const read: Uint8Array[] = [];
  const drain = () => {
    for (let bytes: Buffer | null = gzip.read(); bytes; bytes = gzip.read()) read.push(bytes);
  };
  // A flush waits until there is room for what it makes, so a large piece has to be read while it is compressed.
  gzip.on("readable", drain);
  const compressed: Uint8Array[] = [];
  for (const piece of pieces) {
    gzip.write(piece);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    drain();
    compressed.push(Buffer.concat(read.splice(0)));
  }
  const ended = new Promise((resolve, reject) => gzip.once("end", resolve).once("error", reject));
  gzip.end();
  await ended;
  return [...compressed, ...read].filter((bytes) => bytes.length > 0);
}
