import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import type { BagWriter, WorkOptions } from "./bag-writer.ts";

/**
 * Writes the files of a bag as a ZIP, in one folder: the same files give the same bytes.
 *
 * @param folder the name of that folder
 * @param day of whose UTC noon the files are; a ZIP has local times, and noon is there everywhere
 */
export async function zipBag(
  bag: BagWriter,
  folder: string,
  target: string,
  day: Date,
  { signal, onBytes }: WorkOptions = {},
): Promise<void> {
  const mtime = new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 12);
  const zip = new ZipFile();
  for (const { path, bytes: size } of bag.files) {
    const options = { mtime, mode: 0o100600, forceDosTimestamp: true, size };
    zip.addReadStreamLazy(`${folder}/${path}`, options, (started) => {
      const stream = createReadStream(bag.at(path));
      stream.on("data", (block) => onBytes?.(block.length)).on("error", (error) => zip.emit("error", error));
      started(null, stream);
    });
  }
  const written = pipeline(
    zip.outputStream,
    createWriteStream(target, { flags: "wx", mode: 0o600, flush: true }),
    { signal },
  );
  // A file that cannot be read is told there, and the stream would wait for ever.
  zip.on("error", (error: Error) =>
    (zip.outputStream as unknown as { destroy(e: Error): void }).destroy(error),
  );
  zip.end();
  await written;
}
