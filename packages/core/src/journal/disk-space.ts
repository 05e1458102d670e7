import { lstat, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { dayOfFile } from "./file-names.ts";

/** How much a file system has, in bytes. */
export interface DiskSpace {
  /** What this process may still write: without what is kept for the superuser. */
  readonly free: number;
  readonly total: number;
}

/** Asks the file system of a directory. @throws the file system's error, and when it does not say how large it is */
export async function diskSpace(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory);
  // What is no disk (and some drivers in user space) answers with zeros: that is no full disk.
  if (blocks === 0) throw new Error("the file system does not say how large it is");
  return { free: bavail * bsize, total: blocks * bsize };
}

/**
 * What a journal takes, in bytes: the files of its days, and those of delivery. One file after the other: it may be years,
 * and others wait for the same threads.
 */
export async function journalSize(directory: string): Promise<number> {
  const delivery = join(directory, "delivery");
  const days = (await readdir(directory)).filter((name) => dayOfFile(name) !== null);
  const paths = [
    ...days.map((name) => join(directory, name)),
    ...(await namesIn(delivery)).map((name) => join(delivery, name)),
  ];
  let bytes = 0;
  for (const path of paths) bytes += await sizeOf(path);
  return bytes;
}

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    // What a link leads to is elsewhere.
    const found = await lstat(path);
    return found.isFile() ? found.size : 0;
  } catch (error) {
    // Archived or replaced since the directory was read.
    if (isGone(error)) return 0;
    throw error;
  }
}
