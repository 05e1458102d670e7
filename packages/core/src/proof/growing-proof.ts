import { SiblingPath } from "./sibling-path.ts";

/** A proof of RFC 6962 that is made while the leaves of the log come by. */
export interface GrowingProof {
  /** Adds the hash of the next leaf, after those of the tree the proof was begun with. */
  append(leaf: string): void;
  /** The proof in the tree as it is now. */
  hashes(): Buffer[];
}

/** The inclusion proof (section 2.1.1) of the leaf that comes next in a tree with a frontier. */
export function growingInclusion(index: number, frontier: readonly Buffer[]): GrowingProof {
  return new GrowingInclusion(index, frontier);
}

/** The consistency proof (section 2.1.2) between a tree with a frontier, of at least one leaf, and what it grows to. */
export function growingConsistency(size: number, frontier: readonly Buffer[]): GrowingProof {
  return new GrowingConsistency(size, frontier);
}

class GrowingInclusion implements GrowingProof {
  readonly #path: SiblingPath;
  #begun = false;

  constructor(index: number, frontier: readonly Buffer[]) {
    this.#path = new SiblingPath(index, 0, frontier);
  }

  append(leaf: string): void {
    // The first is the leaf itself.
    if (this.#begun) this.#path.append(leaf);
    this.#begun = true;
  }

  hashes(): Buffer[] {
    return this.#path.hashes();
  }
}

class GrowingConsistency implements GrowingProof {
  readonly #path: SiblingPath;
  readonly #start: readonly Buffer[];
  #grown = false;

  constructor(size: number, frontier: readonly Buffer[]) {
    let [node, level] = [size - 1, 0];
    while (node % 2 === 1) [node, level] = [Math.floor(node / 2), level + 1];
    this.#path = new SiblingPath(node, level, frontier.slice(0, -1));
    // A verifier has the root of a tree that is one complete subtree.
    this.#start = frontier.length === 1 ? [] : frontier.slice(-1);
  }

  append(leaf: string): void {
    this.#grown = true;
    this.#path.append(leaf);
  }

  hashes(): Buffer[] {
    return this.#grown ? [...this.#start, ...this.#path.hashes()] : [];
  }
}
