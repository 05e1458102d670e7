import { checkedSecret, rootSignerOf } from "../privacy/secret.ts";
import { type RootSigner, signerOf } from "../seal/signed-note.ts";
import { readPem } from "./pem-key.ts";
import { type KeyService, serviceSigner } from "./service-signer.ts";

/** A root key that is not made from the secret. See docs/seal.md, "Keys". */
export type RootKey =
  | {
      /** A PKCS #8 PEM with an Ed25519 private key: the path of a file, or the text. */
      readonly pem: string;
    }
  | KeyService;

/**
 * The root key of a name, able to sign.
 *
 * @throws AuditError `INVALID_OPTIONS`, `SECRET_TOO_SHORT`
 */
export function rootSigner(source: string | RootKey, name: string): RootSigner {
  if (typeof source === "string") return rootSignerOf(checkedSecret(source, "the argument"), name);
  return "pem" in source ? signerOf(name, readPem(source.pem)) : serviceSigner(source, name);
}

/**
 * The vkey that verifies every log made with this secret, or with this root key.
 *
 * @param source the secret, or the root key as in `AuditLogOptions.rootKey`
 * @param name that of the audit log. @default "openrouter-audit"
 * @throws AuditError `SECRET_TOO_SHORT`, `INVALID_OPTIONS`
 */
export function publicKeyOf(source: string | RootKey, name = "openrouter-audit"): string {
  return rootSigner(source, name).vkey;
}
