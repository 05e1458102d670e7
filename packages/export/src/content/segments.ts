import { constants, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AuditError, dayOfFile, journalFiles } from "@openrouter-audit/core";
import type { BagWriter } from "../bag/bag-writer.ts";
import type { Days } from "./days.ts";

/** Which files of a journal are of some days. */
export interface Segments {
  /** By name, how long they are. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly left_out: { readonly earlier_files: number; readonly later_files: number };
  /** The names of the later files. */
  readonly later: readonly string[];
}

/** @throws AuditError `JOURNAL_UNREADABLE` */
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
  const later = files.filter((name) => dayIn(name) > last);
  return {
    sizes: new Map(names.map((name) => [name, sizeOf(directory, name)])),
    left_out: { earlier_files: earlier, later_files: later.length },
    later,
  };
}

/** Without a file of these days a package says that there is none; where there is no journal, it would say nothing. @throws AuditError */
export function checkSomeJournal(
  { sizes, left_out }: Segments,
  anchors: string | null,
  directory: string,
): void {
  if (sizes.size > 0 || left_out.earlier_files + left_out.later_files > 0 || anchors !== null) return;
  throw new AuditError(
    "JOURNAL_UNREADABLE",
    `The journal in ${directory} has no file, and no anchor log says that it had any. Nothing was exported.`,
  );
}

const mostLooks = 20;

/**
 * The same of a journal that is written meanwhile, as it was at one moment: a log names heads of others, and one must not be older than what
 * another says of it. When two looks in a row see the same sizes, those were the sizes between them.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export function steadySegmentsOf(directory: string, days: Days): Segments {
  let before = segmentsOf(directory, days);
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const now = segmentsOf(directory, days);
    if (isDeepStrictEqual(now, before)) return now;
    before = now;
  }
  return before;
}

/** @throws AuditError `JOURNAL_UNREADABLE` when a file is not there any more, under its own name or that of its archive */
export function checkAllThere(before: Segments, { sizes }: Segments, directory: string): void {
  for (const name of before.sizes.keys())
    if (!sizes.has(name) && !sizes.has(`${name}.gz`)) throw goneMeanwhile(join(directory, name));
}

function goneMeanwhile(path: string, cause?: unknown): AuditError {
  return new AuditError(
    "JOURNAL_UNREADABLE",
    `${path} was archived or deleted while the journal was exported (retention?). Nothing was exported: do it again.`,
    { cause },
  );
}

function sizeOf(directory: string, name: string): number {
  const path = join(directory, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw goneMeanwhile(path);
  return found.size;
}

export interface CopyOptions {
  /** @default as long as it is when it is opened */
  readonly size?: number | undefined;
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Copies a file into a bag: what is appended meanwhile is not in the copy. */
export async function copyInto(
  bag: BagWriter,
  path: string,
  directory: string,
  name: string,
  options: CopyOptions = {},
) {
  return bag.add(path, bytesOf(join(directory, name), options));
}

async function* bytesOf(path: string, { size, onBytes, signal }: CopyOptions): AsyncGenerator<Uint8Array> {
  // Neither a link that was laid there meanwhile, nor a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === "ENOENT" ? goneMeanwhile(path, cause) : cause;
  });
  try {
    const found = await file.stat();
    if (!found.isFile())
      throw new AuditError("JOURNAL_UNREADABLE", `${path} is not a regular file any more.`);
    const block = Buffer.allocUnsafeSlow(1 << 20);
    for (let left = size ?? found.size; left > 0; ) {
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
