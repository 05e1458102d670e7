import { constants, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { AuditError, dayOfFile, journalFiles } from "@openrouter-audit/core";
import type { BagWriter } from "../bag/bag-writer.ts";
import type { Days } from "./days.ts";

/** Which files of a journal are of some days. */
export interface Segments {
  readonly names: readonly string[];
  /** Together, as they are now. */
  readonly bytes: number;
  readonly left_out: { readonly earlier_files: number; readonly later_files: number };
}

/** @throws AuditError `JOURNAL_UNREADABLE` when there is none of these days */
export function segmentsOf(directory: string, { first, last }: Days): Segments {
  let files: string[];
  try {
    files = journalFiles(directory);
  } catch (cause) {
    const message = `The journal in ${directory} cannot be read: ${(cause as Error).message}.`;
    throw new AuditError("JOURNAL_UNREADABLE", message, { cause });
  }
  const dayIn = (name: string) => dayOfFile(name)!;
  const names = files.filter((name) => dayIn(name) >= first && dayIn(name) <= last);
  const earlier = files.filter((name) => dayIn(name) < first).length;
  const later = files.filter((name) => dayIn(name) > last).length;
  if (names.length > 0)
    return {
      names,
      bytes: names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0),
      left_out: { earlier_files: earlier, later_files: later },
    };
  const have = files.length === 0 ? "none at all" : `files of ${dayIn(files[0]!)} to ${dayIn(files.at(-1)!)}`;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `The journal in ${directory} has no file of the days ${first} to ${last}; it has ${have}. Nothing was exported.`,
  );
}

export interface CopyOptions {
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Copies a file into a bag, as it is when it is opened: what is appended meanwhile is not in the copy. */
export async function copyInto(
  bag: BagWriter,
  path: string,
  directory: string,
  name: string,
  options: CopyOptions = {},
) {
  return bag.add(path, bytesOf(join(directory, name), options));
}

async function* bytesOf(path: string, { onBytes, signal }: CopyOptions): AsyncGenerator<Uint8Array> {
  // Neither a link that was laid there meanwhile, nor a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile())
      throw new AuditError("JOURNAL_UNREADABLE", `${path} is not a regular file any more.`);
    const block = Buffer.allocUnsafeSlow(1 << 20);
    for (let left = found.size; left > 0; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, Math.min(left, block.length));
      if (bytesRead === 0) break;
      left -= bytesRead;
      onBytes?.(bytesRead);
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
