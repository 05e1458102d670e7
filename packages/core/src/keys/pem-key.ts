import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { AuditError } from "../audit-error.ts";

/**
 * The Ed25519 private key of a PKCS #8 PEM (RFC 5958, RFC 8410), as `openssl genpkey -algorithm ED25519` writes it.
 *
 * @param pem The text, or the path of a file that holds it
 * @throws AuditError `INVALID_OPTIONS`; nothing of the key is in the message
 */
export function readPem(pem: string): KeyObject {
  const isText = pem.includes("-----BEGIN ");
  const whence = isText ? "The PEM text of the root key" : `The root key file ${pem}`;
  const text = isText ? pem : read(pem);
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    // What OpenSSL says of it ("DECODER routines::unsupported") helps nobody.
    throw new AuditError("INVALID_OPTIONS", `${whence} ${reasonFor(text)}. ${howTo}`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new AuditError(
    "INVALID_OPTIONS",
    `${whence} holds a key of the type ${key.asymmetricKeyType}; the root key is an Ed25519 key. ${howTo}`,
  );
}

const howTo = "Make one with: openssl genpkey -algorithm ED25519 -out root-key.pem";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { message } = cause as NodeJS.ErrnoException;
    throw new AuditError("INVALID_OPTIONS", `The root key file ${path} cannot be read: ${message}.`, {
      cause,
    });
  }
}

function reasonFor(text: string): string {
  if (text.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----") || /^Proc-Type: 4,ENCRYPTED/m.test(text))
    return "is encrypted, and nobody is there to type a passphrase: decrypt it (openssl pkey), or use a key service";
  if (text.includes("-----BEGIN PUBLIC KEY-----"))
    return "holds a public key; it is the private key that signs";
  if (text.includes("-----BEGIN OPENSSH PRIVATE KEY-----")) return "is in the format of OpenSSH, not PKCS #8";
  return 'holds no PKCS #8 private key ("-----BEGIN PRIVATE KEY-----")';
}
