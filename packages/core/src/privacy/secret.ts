import { hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError, type AuditProblem } from "../audit-error.ts";
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
  if (/\n|^[A-Za-z_][A-Za-z0-9_]*=/.test(secret)) {
    throw new AuditError(
      "INVALID_OPTIONS",
      `The audit secret from ${whence} is more than a secret: it has several lines, or the name of a variable before it, as ` +
        "a .env file has. Give what stands behind the =, alone.",
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
 * @param makesRootKey whether the root key comes from it too
 * @throws AuditError `SECRET_TOO_SHORT` when the file holds less than 32 bytes; `KEY_MISMATCH` when the root key of the
 * journal came from a secret that is kept elsewhere.
 */
export function secretBeside(directory: string, makesRootKey: boolean): { secret: string; created: boolean } {
  const path = join(directory, "secret");
  // Asked in this order: another process that starts now makes the secret before the public key.
  if (makesRootKey && existsSync(join(directory, "public-key")) && !existsSync(path)) {
    const publicKey = readFileSync(join(directory, "public-key"), "utf8").trim();
    throw new AuditError(
      "KEY_MISMATCH",
      `The journal in ${directory} belongs to the key ${publicKey}, whose secret is not configured. ` +
        "Set OPENROUTER_AUDIT_SECRET to the secret the journal was begun with, or the option rootKey when its key is in a " +
        "file or a key service; or use another directory.",
    );
  }
  const created = createOnce(path, `${newSecret()}\n`);
  return { secret: checkedSecret(readFileSync(path, "utf8").trimEnd(), path), created };
}

/** What to say when a secret was made beside a journal: what it does not protect depends on what it makes. */
export function secretMadeBeside(directory: string, hasRootKey: boolean): AuditProblem {
  const danger = hasRootKey
    ? "It makes the keys of the digests only: whoever can read that file can try out what somebody may have written, and " +
      "cannot forge the log, which the root key you configured protects."
    : "It makes the root key and the keys of the digests: whoever can read that file can forge the log, which shows " +
      "changes by others, not by this host, and can try out what somebody may have written.";
  return {
    code: "SECRET_BESIDE_JOURNAL",
    message:
      `No OPENROUTER_AUDIT_SECRET is set, so one was made in ${directory}/secret. ${danger} To keep it elsewhere, move what ` +
      "is in that file into OPENROUTER_AUDIT_SECRET (of the environment or a secret store) and delete the file.",
  };
}

/** The root key of a secret. See docs/seal.md, "Keys". */
export function rootSignerOf(secret: string, name: string): NoteSigner {
  return signerFromSeed(name, deriveKey(secret, "openrouter-audit/root-ed25519/v1"));
}
