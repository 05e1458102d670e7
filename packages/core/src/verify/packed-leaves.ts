const bytesPerLeaf = 33;
const fewest = 64;

/** For each entry its leaf hash, and whether its line was signed: 33 bytes an entry. */
export class PackedLeaves {
  #bytes: Buffer;
  #size: number;

  /** @param bytes as {@link bytes} gives them */
  constructor(bytes?: Uint8Array) {
    this.#bytes = bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.alloc(0);
    this.#size = (bytes?.length ?? 0) / bytesPerLeaf;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size * bytesPerLeaf);
  }

  get size(): number {
    return this.#size;
  }

  /** @param hash as a string of bytes, like all hashes of the tree */
  append(hash: string, signed: boolean): void {
    const offset = this.#makeRoom(1);
    this.#bytes.write(hash, offset, "latin1");
    this.#bytes[offset + 32] = signed ? 1 : 0;
    this.#size += 1;
  }

  appendAll(leaves: PackedLeaves): void {
    const offset = this.#makeRoom(leaves.size);
    this.#bytes.set(leaves.bytes, offset);
    this.#size += leaves.size;
  }

  hashAt(index: number): string {
    const offset = index * bytesPerLeaf;
    return this.#bytes.toString("latin1", offset, offset + 32);
  }

  signedAt(index: number): boolean {
    return this.#bytes[index * bytesPerLeaf + 32] === 1;
  }

  /** @returns where the next leaf stands */
  #makeRoom(leaves: number): number {
    const end = this.#size * bytesPerLeaf;
    const needed = end + leaves * bytesPerLeaf;
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2, fewest * bytesPerLeaf));
      this.#bytes.copy(larger, 0, 0, end);
      this.#bytes = larger;
    }
    return end;
  }
}
