import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import * as fc from "fast-check";
import { canonicalJson, wellFormed, wellFormedJson } from "../src/seal/canonical-json.ts";
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

  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.nat(120).map(String),
    fc.constantFrom("__proto__", "constructor", "\u20ac", "\ud83d\ude00", "\ufb33", "\r", "Z", "a", "aa"),
  );
  // What an application may put where JSON belongs, beside JSON itself.
  const { anything } = fc.letrec((tie) => ({
    anything: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        fc.jsonValue({ stringUnit: "binary", maxDepth: 1 }),
        fc.double(),
        fc.constantFrom(
          -0,
          1e21,
          1e-7,
          5e-324,
          2 ** 53,
          "\ud800",
          "\\ud800",
          '\u0000\u2028"\\\b',
          new Date(0),
        ),
        fc.constantFrom(undefined, 1n, Symbol("x"), () => 1),
      ),
      fc.array(tie("anything"), { maxLength: 4 }),
      fc.dictionary(name, tie("anything"), { maxKeys: 6, noNullPrototype: true }),
    ),
  }));

  test("is what the library of the RFC's author makes of anything, and refuses what it has no JSON for", () => {
    let agreed = 0;
    let refused = 0;
    fc.assert(
      fc.property(anything, (value) => {
        const text = authorsJson(value);
        if (text === null) {
          refused += 1;
          expect(() => canonicalJson(value)).toThrow(TypeError);
        } else {
          agreed += 1;
          expect(canonicalJson(value)).toBe(text);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(agreed, refused)).toBeGreaterThan(300);
  });

  test("of what the wire says is that of the text made well-formed", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom("", "\udc00"), (value, end) => {
        const plain = JSON.parse(JSON.stringify({ z: value, [`a${end}`]: `b${end}` }));
        expect(wellFormedJson(plain)).toBe(jcs(withoutLoneSurrogates(plain)));
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
    ["what is after the first name out of order", { b: 1, a: 1, c: [1n] }],
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
    expect(openNote(note, [verifierOf(vkey)!])).toBe(note.slice(0, note.lastIndexOf("\n\n") + 1));
  });

  test.each(notes)("of $vkey do not open when a character is changed", ({ vkey, note }) => {
    const changed = note.replace(/^./, "t".startsWith(note[0]!) ? "x" : "t");
    expect(openNote(changed, [verifierOf(vkey)!])).toBeNull();
  });

  test("of a key that is not asked for do not open", () => {
    expect(openNote(notes[0]!.note, [verifierOf(notes[1]!.vkey)!])).toBeNull();
  });

  test("open when an unknown key has signed too, and not when the known key's own signature is wrong", () => {
    const [{ note, vkey }, other] = notes as [(typeof notes)[0], (typeof notes)[0]];
    const foreign = other.note.slice(other.note.lastIndexOf("\n\n") + 2);
    expect(openNote(note + foreign, [verifierOf(vkey)!])).not.toBeNull();
    const wrong = note.slice(note.lastIndexOf("\n\n") + 2).replace("aQM=", "aQA=");
    expect(openNote(note + wrong, [verifierOf(vkey)!])).toBeNull();
  });

  test.each(["", "no newline", "text\n", "text\n\n", "text\n\nnot a signature\n", "\n\n\u2014 x\n"])(
    "that are malformed (%j) do not open",
    (note) => {
      expect(openNote(note, [verifierOf(notes[0]!.vkey)!])).toBeNull();
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

/** Null for what `canonicalize` refuses, writes something no parser takes for, or writes with a lone surrogate. */
function authorsJson(value: unknown): string | null {
  try {
    const text = canonicalize(value)!;
    const parsed: unknown = JSON.parse(text);
    return isWellFormed(parsed) && !holdsNoJson(value) ? text : null;
  } catch {
    return null;
  }
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (value === null || typeof value !== "object") return true;
  return Object.entries(value).flat().every(isWellFormed);
}

function holdsNoJson(value: unknown): boolean {
  if (value !== null && typeof value === "object") return Object.values(value).some(holdsNoJson);
  return ["function", "symbol", "bigint"].includes(typeof value);
}
