import { hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { createOnce } from "../journal/create-once.ts";
import { type NoteSigner, signerFromSeed } from "../seal/signed-note.ts";

const shortest = 32;

/** HKDF-SHA-256 (RFC 5869) with empty salt, the one way keys are made from the secret. See docs/seal.md, "Keys". */
export function deriveKey(secret: string | Buffer, info: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", info, bytes));
}

/** @throws AuditError `SECRET_TOO_SHORT`; `INVALID_OPTIONS` when it is quoted or padded */
export function checkedSecret(secret: string, whence: string): string {
  if (/^\s|\s$|^(["'`]).*\1$/s.test(secret)) {
    throw new AuditError(
      "INVALID_OPTIONS",
      `The audit secret from ${whence} is in quotes or has spaces around it, as some .env readers leave them. ` +
        "Take them away: with them it is another secret, and another public key.",
    );
  }
  if (Buffer.byteLength(secret) >= shortest) return secret;
  throw new AuditError(
    "SECRET_TOO_SHORT",
    `The audit secret from ${whence} has ${Buffer.byteLength(secret)} bytes; it needs at least ${shortest}. ` +
      "`npx openrouter-audit init` makes a good one.",
  );
}

/** A new secret: 32 random bytes, written as 64 hex digits. */
export function newSecret(): string {
  return randomBytes(32).toString("hex");
}

/**
 * The secret kept beside a journal, made there (0600) when it is not there yet.
 *
 * @throws AuditError `SECRET_TOO_SHORT` when the file holds less than 32 bytes; `KEY_MISMATCH` when the journal was
 * begun with a secret that is kept elsewhere.
 */
export function secretBeside(directory: string): { secret: string; created: boolean } {
  const path = join(directory, "secret");
  if (!existsSync(path) && existsSync(join(directory, "public-key"))) {
    const publicKey = readFileSync(join(directory, "public-key"), "utf8").trim();
    throw new AuditError(
      "KEY_MISMATCH",
      `The journal in ${directory} belongs to the key ${publicKey}, whose secret is not configured. ` +
        "Set OPENROUTER_AUDIT_SECRET to the secret the journal was begun with, or use another directory.",
    );
  }
  const created = createOnce(path, `${newSecret()}\n`);
  return { secret: checkedSecret(readFileSync(path, "utf8").trimEnd(), path), created };
}

/** The root key of a secret. See docs/seal.md, "Keys". */
export function rootSignerOf(secret: string, name: string): NoteSigner {
  return signerFromSeed(name, deriveKey(secret, "openrouter-audit/root-ed25519/v1"));
}

/** The vkey that verifies every log made with this secret and name (default `openrouter-audit`). */
export function publicKeyOf(secret: string, name = "openrouter-audit"): string {
  return rootSignerOf(checkedSecret(secret, "the argument"), name).vkey;
}
