import { keyIdOf, type NoteVerifier, type RootSigner, verifierOf, vkeyFrom } from "./signed-note.ts";

/** The origin of the anchor log. See docs/seal.md, "Anchors". */
export function anchorOrigin(name: string): string {
  return `${name}/anchor`;
}

/** The root key under the origin of the anchor log. @returns null for what is no vkey */
export function anchorVkeyOf(rootVkey: string): string | null {
  const root = verifierOf(rootVkey);
  if (!root) return null;
  const typeAndKey = Buffer.from(rootVkey.slice(`${root.name}+12345678+`.length), "base64");
  return vkeyFrom(anchorOrigin(root.name), typeAndKey.subarray(1));
}

/** What verifies the anchor logs of root keys. */
export function anchorVerifiersOf(rootKeys: readonly NoteVerifier[]): NoteVerifier[] {
  return rootKeys.map(({ vkey }) => verifierOf(anchorVkeyOf(vkey)!)!);
}

/** Signs as the anchor log: the signature is the root key's, and only the id before it differs. */
export function anchorSignerOf(root: RootSigner): RootSigner {
  const vkey = anchorVkeyOf(root.vkey);
  if (vkey === null) throw new TypeError(`${JSON.stringify(root.vkey)} is not an Ed25519 vkey.`);
  const id = keyIdOf(vkey);
  return {
    vkey,
    sign: async (text) => {
      const signature = Buffer.from(await root.sign(text), "base64").subarray(id.length);
      return Buffer.concat([id, signature]).toString("base64");
    },
  };
}
