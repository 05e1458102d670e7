const bytesPerHash = 32;

/** One hash for each entry of a log, packed: 32 bytes each. */
export class PackedHashes {
  #bytes = Buffer.alloc(64 * bytesPerHash);
  #size = 0;

  append(hash: Buffer): void {
    const offset = this.#size * bytesPerHash;
    if (offset === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    hash.copy(this.#bytes, offset);
    this.#size += 1;
  }

  at(index: number): Buffer {
    return this.#bytes.subarray(index * bytesPerHash, (index + 1) * bytesPerHash);
  }
}
