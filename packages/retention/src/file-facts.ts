import { createHash } from "node:crypto";
import { join } from "node:path";
import { dayOfFile } from "@openrouter-audit/core";
import {
  type EntryLine,
  EntryLines,
  type JournalLine,
  LineSplitter,
  readBytes,
} from "@openrouter-audit/core/seal";
import type { StoredFile } from "./file-state.ts";
import type { Hold } from "./hold/hold.ts";
import { HoldWatch } from "./hold/hold-watch.ts";
import type { LogInFile, LogTrees } from "./log-trees.ts";

/** What is known of a file of a journal before something is done with it. */
export interface JournalFileFacts {
  /** Its name. */
  readonly file: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Lines that are not empty. */
  readonly lines: number;
  /** Of its contents, unpacked. */
  readonly bytes: number;
  readonly sha256: string;
  /** `recorded_at` of its oldest and newest entries; null when it has none. A log that it links counts as an entry of when that began. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** The legal holds that cover an entry of it. */
  readonly holds: readonly Hold[];
  readonly logs: readonly LogInFile[];
  readonly stored: StoredFile;
}

/**
 * Reads a file as the verification does. Files are read in their order: the trees grow from one to the next.
 *
 * @throws RefusedFile for what is no regular file or does not unpack; the file system's error
 */
export async function readFacts(
  directory: string,
  file: string,
  stored: StoredFile,
  trees: LogTrees,
  activeHolds: readonly Hold[] = [],
  onRead: (bytes: number) => void = () => undefined,
): Promise<JournalFileFacts> {
  const contents = createHash("sha256");
  const splitter = new LineSplitter();
  const entries = new EntryLines();
  const watch = new HoldWatch(activeHolds);
  const found = { lines: 0, bytes: 0, oldest: null as string | null, newest: null as string | null };
  const take = (line: JournalLine) => {
    found.lines += 1;
    const read = entries.read(line);
    watch.seeLine(line.bytes, read);
    if (!read) return;
    const { recordedAt } = read;
    if (found.oldest === null || recordedAt < found.oldest) found.oldest = recordedAt;
    if (found.newest === null || recordedAt > found.newest) found.newest = recordedAt;
    // A log that knows of a later one was written later than its clock says.
    for (const linked of linkedTimes(read)) if (linked > found.newest) found.newest = linked;
    trees.add(read);
  };
  for await (const block of readBytes(join(directory, file))) {
    contents.update(block);
    found.bytes += block.length;
    onRead(block.length);
    for (const line of splitter.push(block)) take(line);
  }
  for (const line of splitter.end()) take(line);
  const sha256 = contents.digest("hex");
  return {
    file,
    day: dayOfFile(file)!,
    ...found,
    sha256,
    holds: watch.holding,
    logs: trees.endFile(),
    stored,
  };
}

/** When the logs that a log links began, by their delegations: docs/seal.md, "Keys". */
export function linkedTimes(line: EntryLine): string[] {
  // To make an entry of a line is to parse it.
  const links: unknown = line.eventType === "audit.opened" ? line.entry.detail?.links : null;
  if (!Array.isArray(links)) return [];
  return links.flatMap((link: { readonly delegation?: unknown } | null) => {
    const begun = Date.parse(String(link?.delegation).split("\n")[3] ?? "");
    return Number.isNaN(begun) ? [] : [new Date(begun).toISOString()];
  });
}

/** The SHA-256 (hex) and the length of what a file unpacks to. @throws as {@link readFacts} */
export async function contentsOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const contents = createHash("sha256");
  let bytes = 0;
  for await (const block of readBytes(path)) {
    contents.update(block);
    bytes += block.length;
  }
  return { sha256: contents.digest("hex"), bytes };
}
