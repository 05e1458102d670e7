import { hash } from "node:crypto";

const leafPrefix = Buffer.of(0x00);
const lastBrace = Buffer.from("}");

/** RFC 6962 section 2.1: SHA-256(0x00 || leaf), as a string of bytes. */
export function leafHash(leaf: string | Uint8Array): string {
  const prefixed = typeof leaf === "string" ? `\0${leaf}` : Buffer.concat([leafPrefix, leaf]);
  return hash("sha256", prefixed, "binary");
}

/**
 * The same of a leaf that stands in a line: from `start` to `end`, with another byte in place of its last brace. That and
 * the byte before the leaf are overwritten while it is hashed.
 */
export function leafHashIn(bytes: Buffer, start: number, end: number): string {
  if (start === 0) return leafHash(Buffer.concat([bytes.subarray(0, end), lastBrace]));
  const before = bytes[start - 1]!;
  const last = bytes[end]!;
  bytes[start - 1] = 0x00;
  bytes[end] = lastBrace[0]!;
  const leaf = hash("sha256", bytes.subarray(start - 1, end + 1), "binary");
  bytes[start - 1] = before;
  bytes[end] = last;
  return leaf;
}

// A root is made of every line, and each takes a dozen hashes in a long log. Their input stands in its place already but
// for the right half; and hashes are strings of bytes, since Node takes memory outside the heap for every Buffer that one
// comes in.

/** Room for 0x01 || left || right. */
function newNode(): Buffer {
  return Buffer.alloc(65, 0x01);
}

/** So few bytes are written faster here than by a call of `Buffer.write`. */
function putBytes(node: Buffer, bytes: string, start: number): void {
  for (let index = 0; index < 32; index += 1) node[start + index] = bytes.charCodeAt(index);
}

/** SHA-256(0x01 || left || right) */
function nodeHash(node: Buffer, right: string, encoding: "binary" | "base64"): string {
  putBytes(node, right, 33);
  return hash("sha256", node, encoding);
}

/**
 * A growing RFC 6962 Merkle tree that keeps only the roots of its complete subtrees (a compact range): at most one
 * hash for each bit of the size, whatever the number of leaves.
 */
export class MerkleTree {
  #size: number;
  /** From the largest subtree to the smallest, one for each 1 bit of the size: the node it is the left half of. */
  readonly #nodes: Buffer[] = [];
  /** How many of the nodes count; the others are room. */
  #subtrees = 0;
  /** The root of the smallest subtree. */
  #newest = "";

  /** An empty tree, or the one of `size` leaves that a frontier stands for. @throws RangeError when it cannot be one */
  constructor(size = 0, frontier: readonly Buffer[] = []) {
    if (frontier.length !== oneBits(size)) throw new RangeError(`No frontier of ${size} leaves.`);
    this.#size = size;
    for (const subtree of frontier) this.#push(subtree.toString("latin1"));
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size;
  }

  /** The roots of its largest complete subtrees, from the left: all that is needed to go on from here. */
  get frontier(): Buffer[] {
    return this.#nodes.slice(0, this.#subtrees).map((node) => Buffer.from(node.subarray(1, 33)));
  }

  /** Another tree of the same leaves. */
  copy(): MerkleTree {
    const copy = new MerkleTree();
    copy.#size = this.#size;
    copy.#subtrees = this.#subtrees;
    copy.#newest = this.#newest;
    // It may be asked for at each signed line.
    for (let index = 0; index < this.#subtrees; index += 1)
      copy.#nodes.push(Buffer.from(this.#nodes[index]!));
    return copy;
  }

  /** Adds the hash of the next leaf. */
  append(leaf: string): void {
    let subtree = leaf;
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      this.#subtrees -= 1;
      subtree = nodeHash(this.#nodes[this.#subtrees]!, subtree, "binary");
    }
    this.#push(subtree);
    this.#size += 1;
  }

  /** The Merkle tree hash over all leaves so far, in base64; of the empty tree, SHA-256 of nothing. */
  rootText(): string {
    if (this.#subtrees === 0) return hash("sha256", "", "base64");
    if (this.#subtrees === 1) return Buffer.from(this.#newest, "latin1").toString("base64");
    let right = this.#newest;
    for (let left = this.#subtrees - 2; left > 0; left -= 1) {
      right = nodeHash(this.#nodes[left]!, right, "binary");
    }
    return nodeHash(this.#nodes[0]!, right, "base64");
  }

  /** The same in bytes. */
  root(): Buffer {
    return Buffer.from(this.rootText(), "base64");
  }

  #push(subtree: string): void {
    this.#nodes[this.#subtrees] ??= newNode();
    putBytes(this.#nodes[this.#subtrees]!, subtree, 1);
    this.#subtrees += 1;
    this.#newest = subtree;
  }
}

function oneBits(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
