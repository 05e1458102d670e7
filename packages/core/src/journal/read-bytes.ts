import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { isArchive } from "./file-names.ts";

/** A file that is not read any further: it is no plain file, or not what its name says. */
export class RefusedFile extends Error {
  override readonly name = "RefusedFile";
}

const largeBlock = 1 << 20;
// A sealed line has 150 bytes that nothing can compress, so that no journal comes near the limits of gzip (1032 to 1).
const freelyUnpacked = 64 << 20;
const mostTimesLarger = 200;

/**
 * The contents of a journal file, unpacked when its name ends in `.gz` (RFC 1952), in blocks, each of which is good until
 * the next is asked for.
 *
 * @param onRead told how many more bytes were read of the file as it is stored
 * @param blockBytes how many bytes to have in memory at once, twice; less when many files are open
 * @throws RefusedFile for what is no regular file, no gzip, damaged, or unpacks to far more than a journal does
 * @throws the file system's error when the file cannot be read
 */
export async function* readBytes(
  path: string,
  onRead: (bytes: number) => void = () => undefined,
  blockBytes = largeBlock,
): AsyncGenerator<Buffer> {
  // Without waiting: opening a pipe that nobody writes to would never end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new RefusedFile("it is not a regular file");
    yield* isArchive(path)
      ? unpacked(file, found.size, onRead, blockBytes)
      : blocksOf(file, onRead, blockBytes);
  } finally {
    await file.close();
  }
}

/** Into the same memory again and again: new memory costs as much as the reading. One block is looked at while the next is read. */
async function* blocksOf(
  file: FileHandle,
  onRead: (bytes: number) => void,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafeSlow(blockBytes);
  let other = Buffer.allocUnsafeSlow(blockBytes);
  let reading = file.read(block, 0, blockBytes);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const full = block.subarray(0, bytesRead);
      [block, other] = [other, block];
      reading = file.read(block, 0, blockBytes);
      // An error is thrown when its turn comes.
      reading.catch(() => undefined);
      onRead(bytesRead);
      yield full;
    }
  } finally {
    await reading.catch(() => undefined);
  }
}

async function* unpacked(
  file: FileHandle,
  size: number,
  onRead: (bytes: number) => void,
  blockBytes: number,
): AsyncGenerator<Buffer> {
  const most = Math.max(freelyUnpacked, size * mostTimesLarger);
  const packed = file.createReadStream({ highWaterMark: blockBytes, autoClose: false });
  packed.on("data", (bytes) => onRead(bytes.length));
  packed.pause();
  const gunzip = createGunzip({ chunkSize: blockBytes });
  packed.once("error", (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  let bytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) throw new RefusedFile(`it unpacks to more than ${most} bytes, which no journal does`);
      yield chunk;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_")) throw new RefusedFile(`it does not unpack: ${(error as Error).message}`);
    throw error;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
  // Behind the end of an archive Node reads on only if another follows: whatever else stands there is not looked at.
  if (gunzip.bytesWritten < size) {
    throw new RefusedFile(`${size - gunzip.bytesWritten} bytes stand behind the end of the archive`);
  }
}
