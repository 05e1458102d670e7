import { createHash } from "node:crypto";

const leafPrefix = Buffer.of(0x00);
const nodePrefix = Buffer.of(0x01);

/** RFC 6962 section 2.1: SHA-256(0x00 || leaf). */
export function leafHash(leaf: string | Uint8Array): Buffer {
  return createHash("sha256").update(leafPrefix).update(leaf).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash("sha256").update(nodePrefix).update(left).update(right).digest();
}

/**
 * A growing RFC 6962 Merkle tree that keeps only the roots of its complete subtrees (a compact range): at most one
 * hash for each bit of the size, whatever the number of leaves.
 */
export class MerkleTree {
  #size = 0;
  /** From the largest subtree to the smallest: one for each 1 bit of the size. */
  readonly #subtrees: Buffer[] = [];

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size;
  }

  /** Adds the hash of the next leaf. */
  append(hash: Buffer): void {
    let subtree = hash;
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      subtree = nodeHash(this.#subtrees.pop()!, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size += 1;
  }

  /** The Merkle tree hash over all leaves so far; of the empty tree, SHA-256 of nothing. */
  root(): Buffer {
    if (this.#size === 0) return createHash("sha256").digest();
    return this.#subtrees.reduceRight((right, left) => nodeHash(left, right));
  }
}
