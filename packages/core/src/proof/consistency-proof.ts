import { half } from "./half.ts";
import { nodeHash } from "./node-hash.ts";

/**
 * The roots of the old and the new tree that a consistency proof leads to: RFC 9162 section 2.1.4.2. The trees are
 * consistent when these are theirs. Null when no two trees of these sizes have a proof of that shape; and for an old size
 * of 0, since every tree is consistent with the empty one.
 *
 * @param oldRoot the 32-byte root of the old tree: where its size is a power of two the proof begins there
 */
export function rootsOfConsistency(
  oldSize: number,
  newSize: number,
  oldRoot: Buffer,
  proof: readonly Buffer[],
): { readonly oldRoot: Buffer; readonly newRoot: Buffer } | null {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return null;
  if (oldSize < 1 || oldSize > newSize || proof.some((hash) => hash.length !== 32)) return null;
  if (oldSize === newSize) return proof.length === 0 ? { oldRoot, newRoot: oldRoot } : null;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // Only a power of two is a complete subtree of every larger tree.
  const [first, ...rest] = node === 0 ? [oldRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return null;
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = nodeHash(newer, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? { oldRoot: older, newRoot: newer } : null;
}
