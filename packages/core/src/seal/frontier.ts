import { MerkleTree } from "./merkle.ts";

const oneHash = /^[A-Za-z0-9+/]{43}=$/;

/**
 * The tree of `size` leaves that a frontier stands for, as entries write it: the roots (base64) of its largest complete
 * subtrees, from the left. Null when it cannot be one. See docs/seal.md, "Opening, links and heartbeats".
 */
export function treeOfFrontier(size: number, frontier: unknown): MerkleTree | null {
  if (!Array.isArray(frontier) || !frontier.every((root) => typeof root === "string" && oneHash.test(root)))
    return null;
  try {
    return new MerkleTree(
      size,
      frontier.map((root: string) => Buffer.from(root, "base64")),
    );
  } catch {
    return null;
  }
}
