import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyOf, publicKeyPem, trustedKeys, verifyJournal, vkeyOf } from "../src/index.ts";
import { openSignedNote } from "./support/second-implementation.ts";
import { vectors } from "./support/vectors.ts";

interface KeyVector {
  readonly seed: string;
  readonly pem: string;
  readonly public_key: string;
  readonly public_key_pem: string;
}

interface RotationVector {
  readonly journal: string;
  readonly refused: string[];
  readonly trust: { readonly key: string; readonly successors: boolean; readonly trusted: string[] }[];
  readonly results: Record<string, string>;
}

const rotation = join(vectors, "rotation");
const { name, keys, journals } = JSON.parse(readFileSync(join(rotation, "expected.json"), "utf8")) as {
  name: string;
  keys: Record<string, KeyVector>;
  journals: RotationVector[];
};
const titleOf = (vkey: string) => Object.keys(keys).find((title) => keys[title]!.public_key === vkey);

test("every journal of the vectors has an expectation", () => {
  const directories = readdirSync(rotation).filter((each) => each !== "expected.json");
  expect(journals.map(({ journal }) => journal).sort()).toEqual(directories.sort());
});

test.each(Object.entries(keys))("the PEM of the %s key has its public key", (_title, key) => {
  expect(publicKeyOf({ pem: key.pem }, name)).toBe(key.public_key);
  expect(vkeyOf(key.public_key_pem, name)).toBe(key.public_key);
  expect(publicKeyPem(key.public_key)).toBe(key.public_key_pem);
});

describe.each(journals)("the journal $journal", ({ journal, refused, trust, results }) => {
  const directory = join(rotation, journal);

  test.each(trust)("has who trusts the $key key (successors: $successors) trust $trusted", (each) => {
    const { successors, trusted } = each;
    const { keys: found } = trustedKeys(directory, keys[each.key]!.public_key, { successors });
    expect(found.map(({ vkey }) => titleOf(vkey))).toEqual(trusted);
  });

  test("has these notes refused, and no others", () => {
    const found = trustedKeys(directory, keys.first!.public_key);
    expect(found.refused.map(({ file }) => file)).toEqual(refused);
  });

  test.each(Object.entries(results))("is, for who was given the %s key, %s", async (title, result) => {
    expect((await verifyJournal(directory, { key: keys[title]!.public_key })).result).toBe(result);
  });

  test("has notes that a second implementation, from the written page alone, takes or refuses alike", () => {
    for (const file of readdirSync(directory).filter((each) => each.endsWith(".note"))) {
      const note = readFileSync(join(directory, file), "utf8");
      const [kind, from, to, , ...rest] = note.slice(0, note.lastIndexOf("\n\n") + 1).split("\n");
      const ids = [from, to].map((vkey) => vkey!.slice(name.length + 1, name.length + 9));
      expect([kind, rest]).toEqual(["openrouter-audit/key-rotation/v1", [""]]);
      expect(file).toBe(`key-rotation-${ids.join("-")}.note`);
      const signed = [from, to].every((vkey) => openSignedNote(note, vkey!) !== null);
      expect(signed).toBe(!refused.includes(file));
    }
  });
});
