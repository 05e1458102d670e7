import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vectors } from "../../packages/core/test/support/vectors.ts";
import { standalone } from "./standalone.ts";
import { buildGo, go, removeBuilt, testWith } from "./tools.ts";
import { inclusionProof, merkleRoot } from "./tree-of-lines.ts";

// What others have published, through those that we compare ourselves with.

const read = (name: string) => JSON.parse(readFileSync(join(vectors, name), "utf8"));
const reference: { leaves_hex: string[]; roots_hex_by_size_1_to_8: string[]; empty_root_hex: string } = read(
  "rfc6962-reference-tree.json",
);
const notes: { vkey: string; note: string }[] = read("signed-notes.json");
const leaves = reference.leaves_hex.map((leaf) => Buffer.from(leaf, "hex"));

afterAll(removeBuilt);

test("the verifier of one file has the roots of the RFC 6962 reference tree", () => {
  const tree = new standalone.Tree();
  expect(tree.root().toString("hex")).toBe(reference.empty_root_hex);
  const roots = leaves.map((leaf) => {
    tree.append(standalone.leafHash(leaf));
    return tree.root().toString("hex");
  });
  expect(roots).toEqual(reference.roots_hex_by_size_1_to_8);
});

test("the definitions that proofs are made with have them, too", () => {
  const roots = leaves.map((_leaf, index) => merkleRoot(leaves.slice(0, index + 1)).toString("hex"));
  expect(roots).toEqual(reference.roots_hex_by_size_1_to_8);
  expect(inclusionProof(leaves, 0)).toHaveLength(3);
});

test.each(notes)("the verifier of one file opens the note of $vkey, and no other", ({ vkey, note }) => {
  const key = standalone.parseKey(vkey);
  expect(standalone.openNote(note, [key])!.join("\n")).toBe(note.slice(0, note.lastIndexOf("\n\n")));
  expect(standalone.openNote(note.replace(/^./, "\u0001"), [key])).toBeNull();
});

test.each(readdirSync(join(vectors, "jcs/input")))(
  "the verifier of one file has the JCS form of %s",
  (name) => {
    const value = JSON.parse(readFileSync(join(vectors, "jcs/input", name), "utf8"));
    expect(standalone.canonicalJson(value)).toBe(readFileSync(join(vectors, "jcs/output", name), "utf8"));
  },
);

testWith(go.missing)("Go's note and tlog agree with them", () => {
  expect(execFileSync(buildGo("vectors.go"), [vectors]).toString()).toBe("agrees\n");
});
