import { hash } from "node:crypto";

const leafPrefix = Buffer.of(0x00);

/** RFC 6962 section 2.1: SHA-256(0x00 || leaf). */
export function leafHash(leaf: string | Uint8Array): Buffer {
  const prefixed = typeof leaf === "string" ? `\0${leaf}` : Buffer.concat([leafPrefix, leaf]);
  return hash("sha256", prefixed, "buffer");
}

// A root is made of every line, and each takes a dozen hashes in a long log: their input has one place, and they are kept
// as strings of bytes, since Node takes memory outside the heap for every Buffer that a hash comes in.
const node = Buffer.of(0x01, ...Buffer.alloc(64));

/** SHA-256(0x01 || left || right). */
function nodeHash(left: string, right: string): string {
  node.write(left, 1, "latin1");
  node.write(right, 33, "latin1");
  return hash("sha256", node, "binary");
}

/**
 * A growing RFC 6962 Merkle tree that keeps only the roots of its complete subtrees (a compact range): at most one
 * hash for each bit of the size, whatever the number of leaves.
 */
export class MerkleTree {
  #size: number;
  /** From the largest subtree to the smallest: one for each 1 bit of the size. */
  readonly #subtrees: string[];

  /** An empty tree, or the one of `size` leaves that a frontier stands for. @throws RangeError when it cannot be one */
  constructor(size = 0, frontier: readonly Buffer[] = []) {
    if (frontier.length !== oneBits(size)) throw new RangeError(`No frontier of ${size} leaves.`);
    this.#size = size;
    this.#subtrees = frontier.map((subtree) => subtree.toString("latin1"));
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size;
  }

  /** The roots of its largest complete subtrees, from the left: all that is needed to go on from here. */
  get frontier(): Buffer[] {
    return this.#subtrees.map((subtree) => Buffer.from(subtree, "latin1"));
  }

  /** Adds the hash of the next leaf. */
  append(hash: Buffer): void {
    let subtree = hash.toString("latin1");
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      subtree = nodeHash(this.#subtrees.pop()!, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size += 1;
  }

  /** The Merkle tree hash over all leaves so far; of the empty tree, SHA-256 of nothing. */
  root(): Buffer {
    if (this.#size === 0) return hash("sha256", "", "buffer");
    return Buffer.from(
      this.#subtrees.reduceRight((right, left) => nodeHash(left, right)),
      "latin1",
    );
  }
}

function oneBits(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
