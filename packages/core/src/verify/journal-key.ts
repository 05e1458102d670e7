import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { AuditError } from "../audit-error.ts";

const longestKey = 4096;

/** The root vkey that a journal keeps beside its files. @throws AuditError `JOURNAL_UNREADABLE` */
export function keyBeside(path: string): string {
  const directory = statSync(path).isDirectory() ? path : dirname(path);
  const file = join(directory, "public-key");
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > longestKey) throw new Error(`${file} is no key`);
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new AuditError(
      "JOURNAL_UNREADABLE",
      `No public key was given and ${directory} has no file "public-key". Pass the key you were given.`,
      { cause },
    );
  }
}
