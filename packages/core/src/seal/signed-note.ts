import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

// C2SP signed-note v1.0.0, https://c2sp.org/signed-note
const ed25519 = 0x01;
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
/** What stands before the 32 bytes of the key in SPKI DER (RFC 8410). */
export const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** An Ed25519 key with a name, able to sign notes. */
export interface NoteSigner {
  /** The public half as a C2SP vkey: `<name>+<key id>+<base64>`. */
  readonly vkey: string;
  /** Signs a note text (ending in LF). Returns base64 of the 4-byte key id and the 64-byte signature. */
  sign(text: string): string;
}

/** A note key that may be far away: a key service answers later, and may fail. */
export interface RootSigner {
  readonly vkey: string;
  sign(text: string): string | Promise<string>;
}

/** The public half of a note key. */
export interface NoteVerifier {
  readonly name: string;
  readonly vkey: string;
  /** Whether `signature` (as made by {@link NoteSigner.sign}) is this key's over `text`. */
  verify(text: string, signature: string): boolean;
}

/** A new key that exists only in this process. */
export function newSigner(name: string): NoteSigner {
  return signerOf(name, generateKeyPairSync("ed25519").privateKey);
}

/** The key with a given 32-byte seed (RFC 8032 section 5.1.5). */
export function signerFromSeed(name: string, seed: Buffer): NoteSigner {
  const der = Buffer.concat([pkcs8Prefix, seed]);
  return signerOf(name, createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
}

/** The key with a given Ed25519 private half. */
export function signerOf(name: string, privateKey: KeyObject): NoteSigner {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const vkey = vkeyFrom(name, der.subarray(spkiPrefix.length));
  const id = keyIdOf(vkey);
  return {
    vkey,
    sign: (text) => Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString("base64"),
  };
}

/** The vkey of an Ed25519 public key of 32 bytes. */
export function vkeyFrom(name: string, publicKey: Uint8Array): string {
  const typeAndKey = Buffer.concat([Buffer.of(ed25519), publicKey]);
  return `${name}+${keyId(name, typeAndKey).toString("hex")}+${typeAndKey.toString("base64")}`;
}

/** The 4 bytes of a well-formed vkey's key id. */
export function keyIdOf(vkey: string): Buffer {
  return Buffer.from(vkey.split("+", 2)[1]!, "hex");
}

/** Names a key in a signature: it depends on the name and the type as well. */
export function keyId(name: string, typeAndKey: Buffer): Buffer {
  return createHash("sha256").update(`${name}\n`).update(typeAndKey).digest().subarray(0, 4);
}

/** The name, the key id and the base64 of a vkey. */
export const vkeyForm = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/;

/** Reads a vkey. Returns null when it is not a well-formed Ed25519 vkey. */
export function verifierOf(vkey: string): NoteVerifier | null {
  const parts = vkeyForm.exec(vkey);
  if (!parts) return null;
  const [, name, hexId, base64] = parts as unknown as [string, string, string, string];
  const typeAndKey = Buffer.from(base64, "base64");
  const id = keyId(name, typeAndKey);
  if (typeAndKey[0] !== ed25519 || typeAndKey.length !== 33 || id.toString("hex") !== hexId) return null;
  const der = Buffer.concat([spkiPrefix, typeAndKey.subarray(1)]);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  return {
    name,
    vkey,
    verify: (text, signature) => {
      const blob = Buffer.from(signature, "base64");
      if (blob.length !== 68 || blob.toString("base64") !== signature || !blob.subarray(0, 4).equals(id))
        return false;
      return verify(null, Buffer.from(text), publicKey, blob.subarray(4));
    },
  };
}

/** Joins a text and one signature to a note. */
export function formatNote(text: string, signerName: string, signature: string): string {
  return `${text}\n\u2014 ${signerName} ${signature}\n`;
}

/** Signs a text (ending in LF), and joins it and the signature to a note: at once with a key that is here. */
export function signNote(text: string, signer: NoteSigner): string;
export function signNote(text: string, signer: RootSigner): string | Promise<string>;
export function signNote(text: string, signer: RootSigner): string | Promise<string> {
  const name = signer.vkey.slice(0, signer.vkey.indexOf("+"));
  const signature = signer.sign(text);
  if (typeof signature === "string") return formatNote(text, name, signature);
  return signature.then((answered) => formatNote(text, name, answered));
}

/**
 * Opens a note with the keys that are trusted. Returns its text, or null when the note is malformed, none of them signed
 * it, or a signature that claims to be of one is wrong. Signatures of unknown keys are ignored, as the specification asks.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): string | null {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  let signed = false;
  for (const line of lines) {
    const parts = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    if (!parts) return null;
    const [, name, signature] = parts as unknown as [string, string, string];
    const id = Buffer.from(signature, "base64").subarray(0, 4).toString("hex");
    const known = verifiers.find(({ vkey }) => vkey.startsWith(`${name}+${id}+`));
    if (!known) continue;
    if (!known.verify(text, signature)) return null;
    signed = true;
  }
  return signed ? text : null;
}
