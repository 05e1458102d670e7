import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { verifierOf } from "../seal/signed-note.ts";
import { whyNoVkey } from "../seal/why-no-vkey.ts";

const longestKey = 4096;

/** The root vkey that a journal keeps beside its files. @throws AuditError `JOURNAL_UNREADABLE` */
export function keyBeside(path: string): string {
  const isDirectory = statSync(path).isDirectory();
  const directory = isDirectory ? path : dirname(path);
  const file = join(directory, "public-key");
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > longestKey) throw new Error(`${file} is no key`);
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `No public key was given and ${isDirectory ? path : `the directory of ${path}`} has no file "public-key". Pass the key you were given.`,
      { cause },
    );
  }
}

/**
 * The root vkey to verify a journal with: the one given, or its own.
 *
 * @throws AuditError `INVALID_OPTIONS` when the one given is none; `JOURNAL_UNREADABLE` when the journal has none
 */
export async function journalKey(
  { names, ownKey }: { readonly names: readonly string[]; readonly ownKey: () => Promise<string> },
  given: string | undefined,
): Promise<{ readonly key: string; readonly keySource: "given" | "journal" }> {
  const key = given?.trim() ?? (await ownKey());
  const keySource = given === undefined ? "journal" : "given";
  if (verifierOf(key)) return { key, keySource };
  // Not shown: somebody may have taken a file with a secret for it.
  if (keySource === "given")
    throw new AuditError("INVALID_OPTIONS", `What was given as the public key is none: ${whyNoVkey(key)}`);
  throw new AuditError("JOURNAL_UNREADABLE", `The file "public-key" beside ${names[0]} holds no public key.`);
}
