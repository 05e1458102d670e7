import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { journalFiles } from "../journal/journal-file.ts";

/** The root vkey a journal keeps beside itself. @throws AuditError `JOURNAL_UNREADABLE` */
export function keyBeside(directory: string): string {
  try {
    return readFileSync(join(directory, "public-key"), "utf8").trim();
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `No public key was given and ${directory} has no file "public-key". Pass the key you were given.`,
      { cause },
    );
  }
}

/** The journal files to verify, oldest first. @throws AuditError `JOURNAL_UNREADABLE` */
export function filesIn(directory: string): string[] {
  let names: string[];
  try {
    names = journalFiles(directory);
  } catch (cause) {
    throw unreadable(directory, cause);
  }
  if (names.length > 0) return names;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `There is no audit journal (audit_YYYY-MM-DD.jsonl) in ${directory}.`,
  );
}

export function unreadable(directory: string, cause: unknown): AuditError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${directory}: ${message}.`, { cause });
}
