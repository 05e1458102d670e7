import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { UnusableError } from "../exit-code.ts";

/** The package that the only argument names; null when it is something else. @throws UnusableError for several */
export function packageIn(given: readonly string[]): string | null {
  const packages = given.filter(isPackage);
  if (packages.length > 0 && given.length > 1)
    throw new UnusableError("Name one package, or the files of a journal: each claims to be whole.");
  return packages[0] ?? null;
}

const tagFiles = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"];

/** @throws UnusableError for a file that `export --format json` made */
export function checkNoJsonExport(given: readonly string[]): void {
  const found = given.find((path) => beginsWith(path, '{"export_timestamp":'));
  if (found === undefined) return;
  throw new UnusableError(
    `${found} was made by export --format json, which has no seals to check: that form is for programs. Verify the package of these days.`,
  );
}

function isPackage(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  // One without its declaration is a package too, though a bad one.
  if (found?.isDirectory()) return tagFiles.some((name) => existsSync(join(path, name)));
  return found?.isFile() === true && (/\.zip$/i.test(path) || beginsWith(path, "PK\u0003\u0004"));
}

function beginsWith(path: string, text: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(text.length);
    readSync(file, bytes, 0, text.length, 0);
    return bytes.toString("latin1") === text;
  } finally {
    closeSync(file);
  }
}
