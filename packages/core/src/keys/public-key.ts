import { createPublicKey } from "node:crypto";
import { AuditError } from "../audit-error.ts";
import { spkiPrefix, verifierOf, vkeyForm, vkeyFrom } from "../seal/signed-note.ts";
import { whyNoVkey } from "../seal/why-no-vkey.ts";

const rawBytes = 32;

/**
 * The C2SP vkey of a public key as key services, files and `openssl` give it.
 *
 * @param publicKey A vkey of this name; SPKI (RFC 8410) as PEM, or as DER in bytes or base64; or the 32 bytes of the key
 * (RFC 8032), or base64 of them
 * @param name The name of the key: that of the audit log. @default "openrouter-audit"
 * @throws AuditError `INVALID_OPTIONS` when it is none of these, no Ed25519 key, or a vkey with another name
 */
export function vkeyOf(publicKey: string | Uint8Array, name = "openrouter-audit"): string {
  const given = typeof publicKey === "string" ? publicKey.trim() : publicKey;
  const verifier = typeof given === "string" ? verifierOf(given) : null;
  if (typeof given === "string" && !verifier && vkeyForm.test(given))
    throw new AuditError(
      "INVALID_OPTIONS",
      `The public key of the root key is not right: ${whyNoVkey(given)}`,
    );
  if (!verifier) return vkeyFrom(name, rawKeyOf(given));
  if (verifier.name === name) return verifier.vkey;
  throw new AuditError(
    "INVALID_OPTIONS",
    `The root key ${verifier.vkey} has the name "${verifier.name}", and the audit log has "${name}". ` +
      "They must be the same: set the option name.",
  );
}

/** The public key of a vkey as SPKI PEM (RFC 8410): what `openssl pkeyutl -verify -pubin -inkey` takes. @throws AuditError `INVALID_OPTIONS` */
export function publicKeyPem(vkey: string): string {
  if (!verifierOf(vkey)) throw notOne();
  const raw = Buffer.from(vkey.slice(vkey.indexOf("+", vkey.indexOf("+") + 1) + 1), "base64").subarray(1);
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
  return key.export({ format: "pem", type: "spki" }) as string;
}

function rawKeyOf(given: string | Uint8Array): Buffer {
  const bytes = typeof given === "string" ? bytesOf(given) : Buffer.from(given);
  if (bytes.length === rawBytes) return bytes;
  if (
    bytes.length === spkiPrefix.length + rawBytes &&
    bytes.subarray(0, spkiPrefix.length).equals(spkiPrefix)
  )
    return bytes.subarray(spkiPrefix.length);
  throw notOne();
}

function bytesOf(text: string): Buffer {
  const pem = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/.exec(text);
  const base64 = (pem?.[1] ?? text).replace(/\s/g, "");
  const bytes = Buffer.from(base64, "base64");
  // Node skips what is no base64: a text that merely holds 32 bytes of it is no key.
  return bytes.toString("base64") === base64 ? bytes : Buffer.alloc(0);
}

function notOne(): AuditError {
  return new AuditError(
    "INVALID_OPTIONS",
    "The public key of the root key is not right: it must be an Ed25519 key, as a vkey (name+id+base64), as SPKI PEM " +
      '("-----BEGIN PUBLIC KEY-----"), as SPKI DER, or as its 32 bytes.',
  );
}
