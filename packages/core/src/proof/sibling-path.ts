import { MerkleTree } from "../seal/merkle.ts";

/**
 * The siblings on the way from a node to the root of a tree that grows, which is what the proofs of RFC 6962 consist of.
 * Those to the left are complete before the node; those to the right fill up one after the other as leaves come. Nothing
 * else is kept: two hashes for each level, whatever the number of leaves.
 */
export class SiblingPath {
  /** From the bottom; a subtree that is still growing has less than its full size. */
  readonly #right: MerkleTree[] = [];
  readonly #left: readonly Buffer[];
  /** The number of the node on its level, then of its ancestors. */
  readonly #node: number;
  readonly #level: number;

  /**
   * @param node the number of the node on its level, from the left
   * @param level 0 for a leaf
   * @param left the roots of the complete subtrees before it: a frontier
   */
  constructor(node: number, level: number, left: readonly Buffer[]) {
    this.#node = node;
    this.#level = level;
    this.#left = left;
  }

  /** Adds the hash of the next leaf after the node. */
  append(leaf: string): void {
    const filling = this.#right.at(-1);
    if (filling && filling.size < 2 ** this.#levelOf(this.#right.length - 1)) filling.append(leaf);
    else {
      const next = new MerkleTree();
      next.append(leaf);
      this.#right.push(next);
    }
  }

  /** The siblings in the tree as it is now, from the bottom to the top. */
  hashes(): Buffer[] {
    const left = [...this.#left];
    const right = [...this.#right];
    const hashes: Buffer[] = [];
    for (let node = this.#node; left.length > 0 || right.length > 0; node = Math.floor(node / 2)) {
      // What is not there to the right has not grown yet: then the node is alone, and its parent is the same.
      const sibling = node % 2 === 1 ? left.pop() : right.shift()?.root();
      if (sibling) hashes.push(sibling);
    }
    return hashes;
  }

  /** The level of a sibling to the right: a 0 in the number of the node for each. */
  #levelOf(index: number): number {
    let zeros = 0;
    for (let level = this.#level, node = this.#node; ; level += 1, node = Math.floor(node / 2)) {
      if (node % 2 === 1) continue;
      if (zeros === index) return level;
      zeros += 1;
    }
  }
}
