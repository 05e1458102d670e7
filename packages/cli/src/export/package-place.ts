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

function isPackage(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return existsSync(join(path, "bagit.txt"));
  return found?.isFile() === true && (/\.zip$/i.test(path) || beginsAsZip(path));
}

function beginsAsZip(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    return magic.toString("latin1") === "PK\u0003\u0004";
  } finally {
    closeSync(file);
  }
}
