import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { createOnce } from "../journal/create-once.ts";
import { unwritable } from "../journal/open-directory.ts";
import { replaceFile } from "../journal/replace-file.ts";
import { trustedKeys } from "./trusted-keys.ts";

/**
 * Takes a journal for one root key: keeps its vkey in `public-key`, so that a second key for the same journal is noticed
 * before it writes. A rotation to this key of which only the note was written, because of a crash, is finished.
 *
 * @throws AuditError `KEY_MISMATCH`, `JOURNAL_UNWRITABLE`
 */
export function claimPublicKey(directory: string, vkey: string): void {
  const path = join(directory, "public-key");
  try {
    if (createOnce(path, `${vkey}\n`)) return;
    const found = readFileSync(path, "utf8").trim();
    if (found === vkey) return;
    const { keys } = trustedKeys(directory, vkey);
    const relation = keys.find((key) => key.vkey === found)?.relation;
    if (relation === "predecessor") replaceFile(path, `${vkey}\n`);
    else throw relation === "successor" ? rotated(directory, found, vkey) : mismatch(directory, found, vkey);
  } catch (cause) {
    throw cause instanceof AuditError ? cause : unwritable(directory, cause);
  }
}

/**
 * Puts back the files of the key after somebody removed the directory, and made it again, while this process was writing to it:
 * without `public-key` nobody could verify, and without a secret that was kept beside the journal the next start would not
 * have it. Never throws: the log goes on without them, and the next one tries again.
 *
 * @param secret when it was kept beside the journal. Only together with `public-key`: alone it was moved elsewhere, as advised
 */
export function restoreKeyFiles(directory: string, vkey: string, secret: string | null): void {
  const path = join(directory, "public-key");
  try {
    if (existsSync(path)) return;
    if (secret) createOnce(join(directory, "secret"), `${secret}\n`);
    createOnce(path, `${vkey}\n`);
  } catch {
    // The log is written, which matters more.
  }
}

function rotated(directory: string, found: string, vkey: string): AuditError {
  return new AuditError(
    "KEY_MISMATCH",
    `The root key of the journal in ${directory} was rotated from ${vkey}, which this configuration has, to ${found}. ` +
      "Start with the new key: its secret, its file or its key service.",
  );
}

function mismatch(directory: string, found: string, vkey: string): AuditError {
  return new AuditError(
    "KEY_MISMATCH",
    `The journal in ${directory} belongs to the key ${found}, and this configuration has ${vkey}: another secret, ` +
      "root key or name. Use the one the journal was begun with, or another directory; or, when the key is to be " +
      "replaced, rotate it first: openrouter-audit keys rotate --help",
  );
}
