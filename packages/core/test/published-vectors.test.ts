import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { canonicalJson, wellFormed } from "../src/seal/canonical-json.ts";
import { leafHash, MerkleTree } from "../src/seal/merkle.ts";
import { openNote, verifierOf } from "../src/seal/signed-note.ts";
import { jcs, merkleTreeHash, withoutLoneSurrogates } from "./support/second-implementation.ts";
import { vectors } from "./support/vectors.ts";

describe("canonical JSON", () => {
  const directory = join(vectors, "jcs");

  test.each(readdirSync(join(directory, "input")))("is that of RFC 8785 for %s", (name) => {
    const input = readFileSync(join(directory, "input", name), "utf8");
    const output = readFileSync(join(directory, "output", name), "utf8");
    expect(canonicalJson(JSON.parse(input))).toBe(output);
    expect(jcs(JSON.parse(input))).toBe(output);
  });

  test("agrees with a second implementation for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(canonicalJson(wellFormed(plain))).toBe(jcs(withoutLoneSurrogates(plain)));
      }),
    );
  });

  test.each([
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a name", { "\udc00": 1 }],
    ["NaN", Number.NaN],
    ["an infinity", { a: Number.POSITIVE_INFINITY }],
    ["undefined", undefined],
    ["a function", { a: [() => 1] }],
    ["a symbol", { a: Symbol("x") }],
  ])("refuses %s", (_what, value) => {
    expect(() => canonicalJson(value)).toThrow();
  });

  test("takes a backslash before a u for text", () => {
    expect(canonicalJson(["\\ud800", "\\\\ud800"])).toBe('["\\\\ud800","\\\\\\\\ud800"]');
    expect(() => canonicalJson(["\\\ud800"])).toThrow(TypeError);
  });

  test("keeps a member named __proto__, as any other", () => {
    const value = JSON.parse('{"__proto__":{"x":"\\ud800"}}');
    expect(canonicalJson(wellFormed(value))).toBe('{"__proto__":{"x":"\ufffd"}}');
  });
});

describe("the Merkle tree", () => {
  const reference = JSON.parse(readFileSync(join(vectors, "rfc6962-reference-tree.json"), "utf8"));

  test("has the roots of the RFC 6962 reference tree", () => {
    const tree = new MerkleTree();
    const roots = reference.leaves_hex.map((leaf: string) => {
      tree.append(leafHash(Buffer.from(leaf, "hex")));
      return tree.root().toString("hex");
    });
    expect(roots).toEqual(reference.roots_hex_by_size_1_to_8);
  });

  test("of nothing is the hash of nothing", () => {
    expect(new MerkleTree().root().toString("hex")).toBe(reference.empty_root_hex);
  });

  test("has the root of the recursive definition at every size up to 300", () => {
    const tree = new MerkleTree();
    const leaves: Buffer[] = [];
    for (let size = 0; size <= 300; size += 1) {
      expect(tree.size).toBe(size);
      expect(tree.root()).toEqual(merkleTreeHash(leaves));
      const leaf = Buffer.from(`leaf ${size * size}`);
      leaves.push(leaf);
      tree.append(leafHash(leaf));
    }
  });
});

describe("signed notes", () => {
  const notes: { vkey: string; note: string }[] = JSON.parse(
    readFileSync(join(vectors, "signed-notes.json"), "utf8"),
  );

  test.each(notes)("of $vkey open", ({ vkey, note }) => {
    expect(openNote(note, verifierOf(vkey)!)).toBe(note.slice(0, note.lastIndexOf("\n\n") + 1));
  });

  test.each(notes)("of $vkey do not open when a character is changed", ({ vkey, note }) => {
    const changed = note.replace(/^./, "t".startsWith(note[0]!) ? "x" : "t");
    expect(openNote(changed, verifierOf(vkey)!)).toBeNull();
  });

  test("of a key that is not asked for do not open", () => {
    expect(openNote(notes[0]!.note, verifierOf(notes[1]!.vkey)!)).toBeNull();
  });

  test("open when an unknown key has signed too, and not when the known key's own signature is wrong", () => {
    const [{ note, vkey }, other] = notes as [(typeof notes)[0], (typeof notes)[0]];
    const foreign = other.note.slice(other.note.lastIndexOf("\n\n") + 2);
    expect(openNote(note + foreign, verifierOf(vkey)!)).not.toBeNull();
    const wrong = note.slice(note.lastIndexOf("\n\n") + 2).replace("aQM=", "aQA=");
    expect(openNote(note + wrong, verifierOf(vkey)!)).toBeNull();
  });

  test.each(["", "no newline", "text\n", "text\n\n", "text\n\nnot a signature\n", "\n\n\u2014 x\n"])(
    "that are malformed (%j) do not open",
    (note) => {
      expect(openNote(note, verifierOf(notes[0]!.vkey)!)).toBeNull();
    },
  );

  test.each([
    "",
    "name",
    "name+00000000",
    "name+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    notes[0]!.vkey.toUpperCase(),
    `${notes[0]!.vkey} `,
    notes[0]!.vkey.replace("example", "exampl"),
  ])("are not verified with the malformed key %j", (vkey) => {
    expect(verifierOf(vkey)).toBeNull();
  });
});
