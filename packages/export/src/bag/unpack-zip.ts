import { createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { DistinctPaths, flawOfPath } from "./bag-path.ts";
import { flawOfLayout } from "./zip-layout.ts";

/** A package that is not looked at any further: what unpacking it would do is not what a package does. */
export class RefusedPackage extends Error {
  override readonly name = "RefusedPackage";
}

const freelyUnpacked = 64 << 20;
const mostTimesLarger = 200;
const mostFiles = 10_000_000;
const regular = 0o100000;
const folder = 0o040000;

/**
 * Unpacks a ZIP into a folder of its own. All names and sizes are judged before the first byte is written.
 *
 * @returns the folder that the bag is in
 * @throws RefusedPackage for what a package never has: docs/export.md, "Verification"
 */
export async function unpackZip(path: string, target: string, signal?: AbortSignal): Promise<string> {
  const { size } = await stat(path);
  const zip = await opened(path);
  try {
    const entries = await judged(zip, size);
    for (const entry of entries) {
      signal?.throwIfAborted();
      const to = join(target, entry.fileName);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      // It holds the size that was judged: more or less is an error of the stream.
      const bytes = await zip.openReadStreamPromise(entry);
      await pipeline(bytes, createWriteStream(to, { flags: "wx", mode: 0o600 }));
    }
    return join(target, topOf(entries));
  } catch (cause) {
    throw damaged(cause);
  } finally {
    zip.close();
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      strictFileNames: true,
      validateEntrySizes: true,
    });
  } catch (cause) {
    throw damaged(cause);
  }
}

/** The files, or what is wrong with one of them. */
async function judged(zip: ZipFile, size: number): Promise<Entry[]> {
  if (zip.entryCount > mostFiles) throw new RefusedPackage(`it has ${zip.entryCount} files`);
  const distinct = new DistinctPaths();
  const [all, files]: [Entry[], Entry[]] = [[], []];
  const most = Math.max(freelyUnpacked, size * mostTimesLarger);
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const isFolder = entry.fileName.endsWith("/");
    const name = isFolder ? entry.fileName.slice(0, -1) : entry.fileName;
    const flaw =
      flawOfPath(name) ?? flawOfEntry(entry, isFolder) ?? (isFolder ? null : distinct.flawOf(name));
    if (flaw !== null) throw new RefusedPackage(`${JSON.stringify(entry.fileName.slice(0, 300))}: ${flaw}`);
    bytes += entry.uncompressedSize;
    if (bytes > most)
      throw new RefusedPackage(
        `it unpacks to more than ${most} bytes, which is more than ${mostTimesLarger} times its size`,
      );
    all.push(entry);
    if (!isFolder) files.push(entry);
  }
  const flaw = files.length > 0 ? await flawOfLayout(zip, all) : null;
  if (flaw !== null) throw new RefusedPackage(flaw);
  return files;
}

function flawOfEntry(entry: Entry, isFolder: boolean): string | null {
  if (entry.isEncrypted()) return "it is encrypted";
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    return `it is compressed by the method ${entry.compressionMethod}, and packages are not`;
  // What system made it says how the attributes are meant; only Unix has links, and others leave this part 0.
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type === 0 || type === (isFolder ? folder : regular)) return null;
  return type === 0o120000 ? "it is a symbolic link" : "it is no plain file";
}

/** RFC 8493, section 4: one folder, in which the bag is. A bag without one is taken as well. */
function topOf(entries: readonly Entry[]): string {
  const tops = new Set(entries.map(({ fileName }) => fileName.split("/", 1)[0]!));
  if (entries.some(({ fileName }) => fileName === "bagit.txt")) return "";
  const isNested = entries.some(({ fileName }) => /^[^/]+\/.+\/bagit\.txt$/.test(fileName));
  const [top] = [...tops];
  const isBag = entries.some(({ fileName }) => fileName === `${top}/bagit.txt`);
  if (tops.size === 1 && (isBag || !isNested)) return top!;
  if (tops.size === 0) throw new RefusedPackage("it is empty");
  if (tops.has("__MACOSX"))
    throw new RefusedPackage(
      "a Mac packed it again, with a folder __MACOSX of its own. Take the package as it came",
    );
  throw new RefusedPackage(
    tops.size === 1
      ? "its bag is a folder deeper than in a package: it was packed again. Unpack it, and verify the folder that has bagit.txt"
      : "it has more than one folder, and no bag at its top",
  );
}

/** What yauzl throws has no class of its own: whatever the file system did not say is about the archive. */
function damaged(cause: unknown): unknown {
  if (cause instanceof RefusedPackage || !(cause instanceof Error) || cause.name === "AbortError")
    return cause;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  return syscall === undefined && (code === undefined || code.startsWith("Z_"))
    ? new RefusedPackage(`the archive is damaged, or no ZIP: ${message}`)
    : cause;
}
