import { createHash, createPublicKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError, type KeyTrust, publicKeyPem, trustedKeys } from "@openrouter-audit/core";
import { verifierOf, whyNoVkey } from "@openrouter-audit/core/seal";
import type { Adding } from "../bag/bag-writer.ts";
import { jsonText } from "../json-text.ts";

/** The root key of an export, and those that rotations tie to it. */
export interface ExportKeys {
  readonly key: string;
  readonly keySource: "given" | "journal";
  readonly trust: KeyTrust;
  /** Where the notes are. */
  readonly folders: readonly string[];
}

/** @throws AuditError `INVALID_OPTIONS`, `JOURNAL_UNREADABLE` when no key is given, and the journal keeps none */
export function exportKeys(
  directory: string,
  given: string | undefined,
  rotations: readonly string[],
): ExportKeys {
  const key = (given ?? ownKey(directory)).trim();
  if (!verifierOf(key))
    throw new AuditError(
      given === undefined ? "JOURNAL_UNREADABLE" : "INVALID_OPTIONS",
      given === undefined
        ? `The file public-key in ${directory} holds no public key.`
        : `What was given as the public key is none: ${whyNoVkey(key)}`,
    );
  const folders = [directory, ...rotations];
  return {
    key,
    keySource: given === undefined ? "journal" : "given",
    trust: trustedKeys(folders, key),
    folders,
  };
}

function ownKey(directory: string): string {
  try {
    return readFileSync(join(directory, "public-key"), "utf8");
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `No public key was given and ${directory} has no file "public-key". Pass the key you were given.`,
      { cause },
    );
  }
}

export async function addKeys(
  bag: Adding,
  { key, trust, folders }: Pick<ExportKeys, "key" | "trust" | "folders">,
): Promise<void> {
  await bag.add("data/keys/public-key", `${key}\n`);
  await bag.add("data/keys/public-key.pem", publicKeyPem(key));
  const keys = trust.keys.map(({ vkey, id, relation, note }) => {
    return { vkey, id, relation, fingerprint: fingerprintOf(vkey), note: note?.file ?? null };
  });
  await bag.add(
    "data/keys/public-keys.json",
    jsonText({
      warning:
        "A key that came with a package proves nothing: compare it with the one you were given another way.",
      fingerprint: "SHA-256 of the SPKI DER (RFC 8410), in hex",
      keys,
    }),
  );
  const files = new Set(trust.keys.flatMap(({ note }) => (note ? [note.file] : [])));
  for (const file of [...files].sort()) {
    const folder = folders.find((each) => existsSync(join(each, file)))!;
    await bag.add(`data/keys/${file}`, readFileSync(join(folder, file)));
  }
}

export function fingerprintOf(vkey: string): string {
  const der = createPublicKey(publicKeyPem(vkey)).export({ format: "der", type: "spki" });
  return createHash("sha256").update(der).digest("hex");
}
