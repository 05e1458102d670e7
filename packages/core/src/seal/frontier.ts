import { parseHash } from "./checkpoint.ts";
import { MerkleTree } from "./merkle.ts";

/**
 * The tree of `size` leaves that a frontier stands for, as entries write it: the roots (base64) of its largest complete
 * subtrees, from the left. Null when it cannot be one. See docs/seal.md, "Opening, links and heartbeats".
 */
export function treeOfFrontier(size: number, frontier: unknown): MerkleTree | null {
  if (!Array.isArray(frontier)) return null;
  const roots = frontier.map(parseHash).filter((root) => root !== null);
  if (roots.length !== frontier.length) return null;
  try {
    return new MerkleTree(size, roots);
  } catch {
    return null;
  }
}
