import { treeOfFrontier } from "../seal/frontier.ts";
import { MerkleTree } from "../seal/merkle.ts";
import { PackedLeaves } from "./packed-leaves.ts";

/** So often the tree is noted, so that an old root costs no more than so many hashes. */
const noteEvery = 1024;

/** A stretch of a log without gaps. */
interface Stretch {
  readonly from: number;
  tree: MerkleTree;
  /** The hash of each leaf from `from` on. */
  readonly leaves: PackedLeaves;
  /** The tree as it was every so many leaves, from `from` on. */
  readonly notes: MerkleTree[];
}

/** A tree that was read elsewhere, as plain data: sizes and frontiers of the tree at its beginning, along it, and at its end. */
export interface TreePart {
  readonly trees: readonly { readonly size: number; readonly frontier: readonly string[] }[];
  readonly leaves: Uint8Array;
}

/**
 * The tree of a log as it is read: grows by its leaves, and goes on elsewhere from a frontier where leaves are missing. It
 * knows each leaf hash, and every root of the stretches that were read.
 */
export class VerifiedTree {
  readonly #stretches: Stretch[] = [];
  /** Where an old root was asked for last: the next one is mostly a little further on. */
  #cursor: { readonly stretch: Stretch; readonly tree: MerkleTree } | null = null;

  constructor() {
    this.restart(new MerkleTree());
  }

  /** The `seq` that comes next. */
  get size(): number {
    return this.#newest.tree.size;
  }

  append(leafHash: string, signed: boolean): void {
    const { tree, leaves, notes } = this.#newest;
    if (leaves.size % noteEvery === 0) notes.push(tree.copy());
    tree.append(leafHash);
    leaves.append(leafHash, signed);
  }

  /** Goes on from another tree of the same log. */
  restart(tree: MerkleTree): void {
    const empty = this.#stretches.at(-1);
    if (empty?.leaves.size === 0) this.#stretches.pop();
    this.#stretches.push({ from: tree.size, tree, leaves: new PackedLeaves(), notes: [] });
  }

  /** The root so far, in base64. */
  rootText(): string {
    return this.#newest.tree.rootText();
  }

  /** The root (base64) when the log had `size` entries, or null where leaves are missing. */
  rootAt(size: number): string | null {
    const stretch = this.#stretchThat(({ from, leaves }) => from <= size && size <= from + leaves.size);
    if (!stretch) return null;
    const tree = this.#treeNear(stretch, size);
    while (tree.size < size) tree.append(stretch.leaves.hashAt(tree.size - stretch.from));
    this.#cursor = { stretch, tree };
    return tree.rootText();
  }

  /** What is known of the line of an entry that was read, or null. */
  leafAt(seq: number): { readonly hash: string; readonly signed: boolean } | null {
    const stretch = this.#stretchThat(({ from, leaves }) => from <= seq && seq < from + leaves.size);
    if (!stretch) return null;
    const index = seq - stretch.from;
    return { hash: stretch.leaves.hashAt(index), signed: stretch.leaves.signedAt(index) };
  }

  /** The newest stretch as plain data. */
  get part(): TreePart {
    const { tree, notes, leaves } = this.#newest;
    const trees = [notes[0] ?? tree, ...notes.slice(1), tree];
    const plain = ({ size, frontier }: MerkleTree) => ({
      size,
      frontier: frontier.map((root) => root.toString("base64")),
    });
    return { trees: trees.map(plain), leaves: leaves.bytes };
  }

  /** Whether a part begins where this tree ends. */
  meets({ trees: [first] }: TreePart): boolean {
    return first!.size === this.size && treeOf(first!).rootText() === this.rootText();
  }

  /** Goes on with what was read elsewhere: of what {@link meets} this tree. */
  join({ trees, leaves }: TreePart): void {
    const newest = this.#newest;
    for (const tree of trees.slice(0, -1)) newest.notes.push(treeOf(tree));
    newest.leaves.appendAll(new PackedLeaves(leaves));
    newest.tree = treeOf(trees.at(-1)!);
  }

  get #newest(): Stretch {
    return this.#stretches.at(-1)!;
  }

  #stretchThat(holds: (stretch: Stretch) => boolean): Stretch | undefined {
    return this.#stretches.findLast(holds);
  }

  #treeNear(stretch: Stretch, size: number): MerkleTree {
    const { notes, tree } = stretch;
    const last = this.#cursor?.stretch === stretch ? this.#cursor.tree : null;
    if (last && last.size <= size && size - last.size <= noteEvery) return last;
    return (notes.findLast((each) => each.size <= size) ?? tree).copy();
  }
}

function treeOf({ size, frontier }: TreePart["trees"][number]): MerkleTree {
  return treeOfFrontier(size, frontier)!;
}
