import * as fc from "fast-check";
import { rootsOfConsistency } from "../src/proof/consistency-proof.ts";
import { type GrowingProof, growingConsistency, growingInclusion } from "../src/proof/growing-proof.ts";
import { rootOfInclusion } from "../src/proof/inclusion-proof.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import { merkleTreeHash } from "./support/second-implementation.ts";

const leavesOf = (size: number) =>
  Array.from({ length: size }, (_none, index) => Buffer.from(`leaf ${index}`));
const hashOf = (leaf: Buffer) => Buffer.from(leafHash(leaf), "latin1");

/** RFC 6962 section 2.1.1, word for word. */
function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), merkleTreeHash(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), merkleTreeHash(leaves.slice(0, k))];
}

/** RFC 6962 section 2.1.2, word for word. */
function subproof(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [merkleTreeHash(leaves)];
  const k = splitOf(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), merkleTreeHash(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), merkleTreeHash(leaves.slice(0, k))];
}

function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** A proof as it is made: while leaves come by, after a beginning of which only the frontier is left. */
function grown(
  leaves: readonly Buffer[],
  start: number,
  begin: (size: number, frontier: readonly Buffer[]) => GrowingProof,
): Buffer[] {
  const tree = new MerkleTree();
  for (const leaf of leaves.slice(0, start)) tree.append(leafHash(leaf));
  const proof = begin(start, tree.frontier);
  for (const leaf of leaves.slice(start)) proof.append(leafHash(leaf));
  return proof.hashes();
}

const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("hex"));
const size = fc.integer({ min: 1, max: 300 });
const indexAndSize = size.chain((most) => fc.tuple(fc.nat(most - 1), fc.constant(most)));
/** Which of several things to spoil, and how. */
const damage = fc.record({ what: fc.nat(), at: fc.nat(), bit: fc.nat(7) });

function flipped(hash: Buffer, { at, bit }: { at: number; bit: number }): Buffer {
  const other = Buffer.from(hash);
  other[at % other.length]! ^= 1 << bit;
  return other;
}

test("every proof of every tree up to 40 leaves is that of RFC 6962", () => {
  for (let n = 1; n <= 40; n += 1) {
    const leaves = leavesOf(n);
    for (let m = 0; m < n; m += 1)
      expect(hex(grown(leaves, m, growingInclusion))).toEqual(hex(path(m, leaves)));
    for (let m = 1; m <= n; m += 1)
      expect(hex(grown(leaves, m, growingConsistency))).toEqual(hex(subproof(m, leaves, true)));
  }
});

test("an inclusion proof verifies for any index of a tree of any size", () => {
  fc.assert(
    fc.property(indexAndSize, ([index, most]) => {
      const leaves = leavesOf(most);
      const proof = grown(leaves, index, growingInclusion);
      expect(hex(proof)).toEqual(hex(path(index, leaves)));
      expect(rootOfInclusion(index, most, hashOf(leaves[index]!), proof)).toEqual(merkleTreeHash(leaves));
    }),
  );
});

test("no inclusion proof of which anything was changed verifies", () => {
  fc.assert(
    fc.property(indexAndSize, damage, fc.integer({ min: 1, max: 400 }), ([index, most], harm, other) => {
      const leaves = leavesOf(most);
      const root = merkleTreeHash(leaves);
      const leaf = hashOf(leaves[index]!);
      const proof = grown(leaves, index, growingInclusion);
      const place = proof.length > 0 ? harm.what % proof.length : 0;
      const leads = (i: number, n: number, from: Buffer, by: Buffer[]) =>
        rootOfInclusion(i, n, from, by)?.equals(root) ?? false;
      expect(leads(index, most, flipped(leaf, harm), proof)).toBe(false);
      if (other - 1 !== index) expect(leads(other - 1, most, leaf, proof)).toBe(false);
      expect(leads(index, most, leaf, [...proof, leaf])).toBe(false);
      expect(leads(index, most, leaf, [leaf, ...proof])).toBe(false);
      if (proof.length === 0) return;
      expect(leads(index, most, leaf, proof.with(place, flipped(proof[place]!, harm)))).toBe(false);
      expect(leads(index, most, leaf, proof.toSpliced(place, 1))).toBe(false);
      expect(leads(index, most, leaf, proof.with(place, proof[place]!.subarray(1)))).toBe(false);
    }),
  );
});

test("a wrong size is refused wherever it would make another tree of the same leaf and root", () => {
  // The size is signed together with the root; the proof alone need not tell 5 of 7 from 5 of 8.
  fc.assert(
    fc.property(indexAndSize, size, ([index, most], other) => {
      const leaves = leavesOf(most);
      const proof = grown(leaves, index, growingInclusion);
      const root = rootOfInclusion(index, other, hashOf(leaves[index]!), proof);
      const sameShape = other > index && pathShape(index, other) === pathShape(index, most);
      expect(root?.equals(merkleTreeHash(leaves)) ?? false).toBe(sameShape);
    }),
  );
});

/** On which side the sibling of each level stands. */
function pathShape(index: number, most: number): string {
  let shape = "";
  for (
    let node = index, last = most - 1;
    last > 0;
    node = Math.floor(node / 2), last = Math.floor(last / 2)
  ) {
    if (node % 2 === 1) shape += "l";
    else if (node < last) shape += "r";
  }
  return shape;
}

const sizes = size.chain((most) => fc.tuple(fc.integer({ min: 1, max: most }), fc.constant(most)));

test("a consistency proof verifies between any two sizes of a log", () => {
  fc.assert(
    fc.property(sizes, ([older, newer]) => {
      const leaves = leavesOf(newer);
      const oldRoot = merkleTreeHash(leaves.slice(0, older));
      const proof = grown(leaves, older, growingConsistency);
      expect(hex(proof)).toEqual(hex(subproof(older, leaves, true)));
      expect(rootsOfConsistency(older, newer, oldRoot, proof)).toEqual({
        oldRoot,
        newRoot: merkleTreeHash(leaves),
      });
    }),
  );
});

test("no consistency proof of which a hash, a root or the number of hashes was changed verifies", () => {
  fc.assert(
    fc.property(sizes, damage, ([older, newer], harm) => {
      const leaves = leavesOf(newer);
      const [oldRoot, newRoot] = [merkleTreeHash(leaves.slice(0, older)), merkleTreeHash(leaves)];
      const proof = grown(leaves, older, growingConsistency);
      const place = proof.length > 0 ? harm.what % proof.length : 0;
      const holds = (from: Buffer, to: Buffer, by: Buffer[]) => {
        const roots = rootsOfConsistency(older, newer, from, by);
        return Boolean(roots?.oldRoot.equals(from) && roots.newRoot.equals(to));
      };
      expect(holds(oldRoot, newRoot, proof)).toBe(true);
      expect(holds(flipped(oldRoot, harm), newRoot, proof)).toBe(false);
      expect(holds(oldRoot, flipped(newRoot, harm), proof)).toBe(false);
      expect(holds(oldRoot, newRoot, [...proof, oldRoot])).toBe(false);
      if (proof.length === 0) return;
      expect(holds(oldRoot, newRoot, proof.with(place, flipped(proof[place]!, harm)))).toBe(false);
      expect(holds(oldRoot, newRoot, proof.toSpliced(place, 1))).toBe(false);
    }),
  );
});

test("no proof links trees of which an entry was exchanged", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ([older, newer], at) => {
      const leaves = leavesOf(newer);
      const oldRoot = merkleTreeHash(leaves.slice(0, older));
      const rewritten = leaves.with(at % older, Buffer.from("another"));
      const proof = grown(rewritten, older, growingConsistency);
      const roots = rootsOfConsistency(older, newer, oldRoot, proof);
      const holds = roots?.oldRoot.equals(oldRoot) && roots.newRoot.equals(merkleTreeHash(rewritten));
      expect(holds ?? false).toBe(false);
    }),
  );
});

test("numbers that no log has are answered, not calculated with", () => {
  const hash = Buffer.alloc(32);
  for (const number of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
    expect(rootOfInclusion(number, 8, hash, [])).toBeNull();
    expect(rootOfInclusion(0, number, hash, [])).toBeNull();
    expect(rootsOfConsistency(number, 8, hash, [])).toBeNull();
    expect(rootsOfConsistency(1, number, hash, [])).toBeNull();
  }
  expect(rootsOfConsistency(0, 8, hash, [])).toBeNull();
  expect(rootOfInclusion(2 ** 52, 2 ** 53 - 1, hash, Array(53).fill(hash))).not.toBeNull();
  expect(rootOfInclusion(0, 8, hash, Array(5000).fill(hash))).toBeNull();
});
