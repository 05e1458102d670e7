const chunkBytes = 1024 * 1024;

/** The bytes of a blob, piece by piece. Its own stream may hand all of it out at once, in a copy. */
export async function* blobChunks(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < blob.size; start += chunkBytes)
    yield new Uint8Array(await blob.slice(start, start + chunkBytes).arrayBuffer());
}
