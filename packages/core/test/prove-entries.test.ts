import fc from "fast-check";
import { rootOfInclusion } from "../src/proof/inclusion-proof.ts";
import { ProvingTree } from "../src/proof/proving-tree.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";

test("each proof of a tree leads to its root, whatever its size, its frontier and the leaves that are proven", () => {
  fc.assert(
    fc.property(fc.nat(40), fc.array(fc.boolean(), { minLength: 1, maxLength: 70 }), (before, wanted) => {
      const plain = new MerkleTree();
      for (let index = 0; index < before; index += 1) plain.append(leafHash(`before ${index}`));
      const tree = new ProvingTree(before, plain.frontier);
      for (const [index, isWanted] of wanted.entries()) {
        plain.append(leafHash(`leaf ${index}`));
        tree.append(leafHash(`leaf ${index}`), isWanted);
      }
      const proofs = tree.finish();
      expect(proofs.size).toBe(wanted.filter(Boolean).length);
      for (const [index, hashes] of proofs) {
        const leaf = Buffer.from(leafHash(`leaf ${index - before}`), "latin1");
        expect(rootOfInclusion(index, plain.size, leaf, hashes)).toEqual(plain.root());
      }
    }),
    { numRuns: 200 },
  );
});
