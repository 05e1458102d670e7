import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError, type RootKey } from "@openrouter-audit/core";
import { checkedSecret, type RootSigner, rootSigner, verifierOf } from "@openrouter-audit/core/seal";

export interface RootKeyOptions {
  /** As in `new AuditLog({ rootKey })`. @default OPENROUTER_AUDIT_ROOT_KEY_FILE, else the root key made from the secret */
  readonly rootKey?: RootKey;
  /** The name of the root key, as in `new AuditLog({ name })`. @default as in the file `public-key` of the journal, else "openrouter-audit" */
  readonly name?: string | undefined;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The root key as the application that writes a journal finds it: the one that is given, else the PEM file that
 * OPENROUTER_AUDIT_ROOT_KEY_FILE names, else from OPENROUTER_AUDIT_SECRET, else from the file `secret` of the journal.
 *
 * @throws AuditError `INVALID_OPTIONS` when there is none, or it cannot be used; `SECRET_TOO_SHORT`
 */
export function rootKeyFor(
  directory: string,
  { rootKey, name = nameIn(directory) ?? "openrouter-audit", env = process.env }: RootKeyOptions = {},
): RootSigner {
  const { OPENROUTER_AUDIT_ROOT_KEY_FILE: pem, OPENROUTER_AUDIT_SECRET: secret } = env;
  if (rootKey) return rootSigner(rootKey, name);
  if (pem) return rootSigner({ pem }, name);
  if (secret) return rootSigner(checkedSecret(secret, "OPENROUTER_AUDIT_SECRET"), name);
  const path = join(directory, "secret");
  // Beside a journal whose root key is kept elsewhere, the secret is only that of its digests: KEY_MISMATCH will say so.
  if (existsSync(path)) return rootSigner(checkedSecret(readFileSync(path, "utf8").trimEnd(), path), name);
  throw new AuditError(
    "INVALID_OPTIONS",
    "An anchor log is signed with the root key, and there is none: set OPENROUTER_AUDIT_SECRET, or " +
      `OPENROUTER_AUDIT_ROOT_KEY_FILE, to that of the journal in ${directory}. A key in a key service is used from code: ` +
      "see @openrouter-audit/anchor.",
  );
}

/** The name that the key of a journal has; null where none says it. */
function nameIn(directory: string): string | null {
  const path = join(directory, "public-key");
  return existsSync(path) ? (verifierOf(readFileSync(path, "utf8").trim())?.name ?? null) : null;
}
