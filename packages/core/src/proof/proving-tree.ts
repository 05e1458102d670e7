import { nodeHash } from "./node-hash.ts";

/** A leaf whose inclusion proof is made, and the siblings so far, from the leaf upwards: hashes as strings of bytes. */
interface ProvenLeaf {
  readonly index: number;
  readonly siblings: string[];
}

interface Subtree {
  readonly leaves: number;
  readonly root: string;
  readonly proven: readonly ProvenLeaf[];
}

/**
 * A growing RFC 6962 tree that makes the inclusion proofs (section 2.1.1) of many of its leaves in one reading: whenever two
 * subtrees become one, the leaves of each get the root of the other. It keeps the roots of the complete subtrees, and of each
 * proven leaf as many hashes as the tree is high, which its neighbours share.
 */
export class ProvingTree {
  #subtrees: Subtree[];
  #size: number;

  /** The tree of `size` leaves that a frontier stands for; of none of them a proof can be made. */
  constructor(size = 0, frontier: readonly Buffer[] = []) {
    this.#size = size;
    let rest = size;
    this.#subtrees = frontier.map((root) => {
      const leaves = 2 ** Math.floor(Math.log2(rest));
      rest -= leaves;
      return { leaves, root: root.toString("latin1"), proven: [] };
    });
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the hash of the next leaf. */
  append(leaf: string, isProven: boolean): void {
    const proven = isProven ? [{ index: this.#size, siblings: [] }] : [];
    let newest: Subtree = { leaves: 1, root: leaf, proven };
    for (let left = this.#subtrees.at(-1); left?.leaves === newest.leaves; left = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      newest = joined(left, newest);
    }
    this.#subtrees.push(newest);
    this.#size += 1;
  }

  /** The proofs in the tree as it is now. It is of no use afterwards. */
  finish(): ReadonlyMap<number, readonly Buffer[]> {
    const whole = this.#subtrees.reduceRight<Subtree | null>(
      (right, left) => (right === null ? left : joined(left, right)),
      null,
    );
    this.#subtrees = [];
    const leaves = whole?.proven ?? [];
    return new Map(
      leaves.map(({ index, siblings }) => [index, siblings.map((hash) => Buffer.from(hash, "latin1"))]),
    );
  }
}

function joined(left: Subtree, right: Subtree): Subtree {
  for (const { siblings } of left.proven) siblings.push(right.root);
  for (const { siblings } of right.proven) siblings.push(left.root);
  const root = nodeHash(Buffer.from(left.root, "latin1"), Buffer.from(right.root, "latin1"));
  const proven = left.proven.length === 0 ? right.proven : [...left.proven, ...right.proven];
  return { leaves: left.leaves + right.leaves, root: root.toString("latin1"), proven };
}
