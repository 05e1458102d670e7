import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { AuditError } from "@openrouter-audit/core";
import { createOnce } from "@openrouter-audit/core/seal";
import { type Cosigner, cosignerOf } from "../cosignature.ts";

/**
 * The key of a witness, from a file (Ed25519, PKCS #8, PEM); made there (0600) when there is none.
 *
 * @throws AuditError `INVALID_OPTIONS` when the name or the key cannot be used
 */
export function witnessKey(file: string, name: string): Cosigner {
  if (!/^[^\s+\p{Cc}\p{Cs}]{1,100}$/u.test(name))
    throw new AuditError(
      "INVALID_OPTIONS",
      `${JSON.stringify(name)} is no name for a key: 1 to 100 characters, no spaces, no +.`,
    );
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    createOnce(file, privateKey.export({ format: "pem", type: "pkcs8" }) as string);
  }
  try {
    return cosignerOf(name, readFileSync(file, "utf8"));
  } catch (cause) {
    // Never with what is in the file.
    const why =
      "syscall" in (cause as object) ? (cause as Error).message : "it is not an Ed25519 key in PEM (PKCS #8)";
    throw new AuditError("INVALID_OPTIONS", `Cannot use the witness key ${file}: ${why}.`);
  }
}
