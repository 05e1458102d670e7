import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { keyId } from "@openrouter-audit/core/seal";

// C2SP tlog-cosignature v1, https://c2sp.org/tlog-cosignature
const cosignatureV1 = 0x04;
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The public half of the key of a witness. */
export interface CosignatureVerifier {
  readonly name: string;
  readonly vkey: string;
  /**
   * Finds its cosignature of a checkpoint among signature lines, which others may stand among.
   *
   * @returns the line (without its LF) and when it was made; null when there is none, or it is wrong
   */
  find(lines: string, checkpoint: string): { readonly line: string; readonly time: Date } | null;
}

/** A witness's key. */
export interface Cosigner extends CosignatureVerifier {
  /** The signature line (with its LF) that says: at this time, this was the largest tree head seen of this log. */
  cosign(checkpoint: string, time: Date): string;
}

/** @param pem an Ed25519 key in PKCS #8. @throws Error when it is another */
export function cosignerOf(name: string, pem: string): Cosigner {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== "ed25519") throw new Error("the key is not an Ed25519 key");
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const typeAndKey = Buffer.concat([Buffer.of(cosignatureV1), der.subarray(spkiPrefix.length)]);
  const id = keyId(name, typeAndKey);
  const verifier = verifierWith(name, id, typeAndKey);
  return {
    ...verifier,
    cosign: (checkpoint, time) => {
      const seconds = Math.floor(time.getTime() / 1000);
      const blob = Buffer.concat([id, timestampOf(seconds), signed(checkpoint, seconds, privateKey)]);
      return `\u2014 ${name} ${blob.toString("base64")}\n`;
    },
  };
}

/** Reads the vkey of a witness. Returns null when it is none of type 0x04. */
export function cosignatureVerifierOf(vkey: string): CosignatureVerifier | null {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey);
  if (!parts) return null;
  const [, name, hexId, base64] = parts as unknown as [string, string, string, string];
  const typeAndKey = Buffer.from(base64, "base64");
  const id = keyId(name, typeAndKey);
  if (typeAndKey[0] !== cosignatureV1 || id.toString("hex") !== hexId) return null;
  return verifierWith(name, id, typeAndKey);
}

function verifierWith(name: string, id: Buffer, typeAndKey: Buffer): CosignatureVerifier {
  const der = Buffer.concat([spkiPrefix, typeAndKey.subarray(1)]);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  return {
    name,
    vkey: `${name}+${id.toString("hex")}+${typeAndKey.toString("base64")}`,
    find: (lines, checkpoint) => {
      for (const line of lines.split("\n")) {
        const parts = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
        const blob = Buffer.from(parts?.[2] ?? "", "base64");
        if (parts?.[1] !== name || blob.length !== 76 || !blob.subarray(0, 4).equals(id)) continue;
        const seconds = Number(blob.readBigUInt64BE(4));
        const message = Buffer.from(signedText(checkpoint, seconds));
        if (!Number.isSafeInteger(seconds * 1000) || !verify(null, message, publicKey, blob.subarray(12)))
          return null;
        return { line, time: new Date(seconds * 1000) };
      }
      return null;
    },
  };
}

function signed(checkpoint: string, seconds: number, privateKey: KeyObject): Buffer {
  return sign(null, Buffer.from(signedText(checkpoint, seconds)), privateKey);
}

/** @param checkpoint the text of the note, without its signatures */
function signedText(checkpoint: string, seconds: number): string {
  return `cosignature/v1\ntime ${seconds}\n${checkpoint}`;
}

function timestampOf(seconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(seconds));
  return bytes;
}
