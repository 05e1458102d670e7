import { half } from "./half.ts";
import { nodeHash } from "./node-hash.ts";

/**
 * The root that an inclusion proof leads to from a leaf: RFC 9162 section 2.1.3.2. Null when no tree of that size has a
 * proof of that shape for that index.
 *
 * @param leaf the 32-byte hash of the leaf
 * @param proof 32-byte hashes, from the leaf to the root
 */
export function rootOfInclusion(
  index: number,
  size: number,
  leaf: Buffer,
  proof: readonly Buffer[],
): Buffer | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let node = index;
  let last = size - 1;
  let root = leaf;
  for (const hash of proof) {
    if (hash.length !== 32 || last === 0) return null;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(hash, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      root = nodeHash(root, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? root : null;
}
