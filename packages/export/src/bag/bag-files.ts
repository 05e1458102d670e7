import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, opendir } from "node:fs/promises";
import { join } from "node:path";
import { DistinctPaths, flawOfPath } from "./bag-path.ts";
import { longestOf } from "./longest-text.ts";
import { RefusedPackage } from "./unpack-zip.ts";

/** The files of a bag: their paths and sizes. @throws RefusedPackage for a link, a pipe, a name that is none */
export async function bagFiles(directory: string): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  const distinct = new DistinctPaths();
  await walk(directory, "", async (path) => {
    const flaw = flawOfPath(path) ?? distinct.flawOf(path);
    if (flaw !== null) throw new RefusedPackage(`${JSON.stringify(path)}: ${flaw}`);
    files.set(path, await withFile(join(directory, path), async (file) => (await file.stat()).size));
  });
  return files;
}

async function walk(directory: string, below: string, found: (path: string) => Promise<void>): Promise<void> {
  for await (const entry of await opendir(join(directory, below))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await walk(directory, path, found);
    else if (entry.isFile()) await found(path);
    else
      throw new RefusedPackage(
        `${JSON.stringify(path)}: it is ${entry.isSymbolicLink() ? "a symbolic link" : "no plain file"}`,
      );
  }
}

/** Opens no link that was laid there meanwhile. */
async function withFile<T>(
  path: string,
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** The hash of a file in hex, for each of some algorithms. @param block what is read at a time goes there */
export function hashesOf(
  path: string,
  algorithms: readonly string[],
  onBytes: (bytes: number) => void,
  block: Buffer,
): Promise<ReadonlyMap<string, string>> {
  return withFile(path, async (file) => {
    const hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
    for (;;) {
      const { bytesRead } = await file.read(block, 0, block.length);
      if (bytesRead === 0) break;
      onBytes(bytesRead);
      for (const [, hash] of hashes) hash.update(block.subarray(0, bytesRead));
    }
    return new Map(hashes.map(([algorithm, hash]) => [algorithm, hash.digest("hex")]));
  });
}

/** A file of a bag that is text and short enough; null when it is not there, or longer than any that is written. */
export async function textIn(
  directory: string,
  path: string,
  files: ReadonlyMap<string, number>,
  longest = longestOf(path),
): Promise<Buffer | null> {
  const size = files.get(path);
  if (size === undefined || size > longest) return null;
  return withFile(join(directory, path), (file) => file.readFile());
}
