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

function isPackage(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  // One without its declaration is a package too, though a bad one.
  if (found?.isDirectory()) return tagFiles.some((name) => existsSync(join(path, name)));
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
