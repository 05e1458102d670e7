const bytesPerLeaf = 33;

/** For each entry its leaf hash, and whether its line was signed: 33 bytes an entry. */
export class PackedLeaves {
  #bytes = Buffer.alloc(64 * bytesPerLeaf);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param hash as a string of bytes, like all hashes of the tree */
  append(hash: string, signed: boolean): void {
    const offset = this.#size * bytesPerLeaf;
    if (offset === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    this.#bytes.write(hash, offset, "latin1");
    this.#bytes[offset + 32] = signed ? 1 : 0;
    this.#size += 1;
  }

  hashAt(index: number): string {
    const offset = index * bytesPerLeaf;
    return this.#bytes.toString("latin1", offset, offset + 32);
  }

  signedAt(index: number): boolean {
    return this.#bytes[index * bytesPerLeaf + 32] === 1;
  }
}
