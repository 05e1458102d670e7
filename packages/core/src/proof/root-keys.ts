import { AuditError } from "../audit-error.ts";
import { type NoteVerifier, verifierOf } from "../seal/signed-note.ts";
import { whyNoVkey } from "../seal/why-no-vkey.ts";

/** A root vkey; or several, when a journal had more than one. */
export type ProofKey = string | readonly string[];

/** @throws AuditError `INVALID_OPTIONS` */
export function rootKeysOf(key: ProofKey): NoteVerifier[] {
  return (typeof key === "string" ? [key] : key).map((vkey) => {
    const verifier = verifierOf(vkey.trim());
    if (verifier) return verifier;
    throw new AuditError(
      "INVALID_OPTIONS",
      `${JSON.stringify(vkey.slice(0, 200))} is not a public key: ${whyNoVkey(vkey.trim())}`,
    );
  });
}
