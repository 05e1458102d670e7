import { join } from "node:path";
import { entryOf, journalFiles } from "@openrouter-audit/core";
import { LineSplitter, RefusedFile, readBytes } from "@openrouter-audit/core/seal";
import { storedFile } from "../file-state.ts";
import { type OnRetentionProgress, PartProgress } from "../retention-progress.ts";
import type { HoldTerms } from "./hold.ts";
import { covers } from "./hold-watch.ts";

/** What a hold covers of a journal as it is now. */
export interface HoldCoverage {
  /** How many entries. */
  readonly entries: number;
  /** The files they are in, in the order in which they are read. */
  readonly files: readonly string[];
  /** Files that are not read: what is in them nobody knows. */
  readonly unread: readonly string[];
}

/** Counts what a hold covers now; what is to come it covers as well. Reads every file. @throws the file system's error */
export async function holdCoverage(
  directory: string,
  terms: HoldTerms,
  onProgress?: OnRetentionProgress,
): Promise<HoldCoverage> {
  const all = journalFiles(directory);
  const sizes = all.map((file) => storedFile(directory, file)?.size ?? 0);
  const progress = new PartProgress(
    "counting",
    sizes.reduce((sum, size) => sum + size, 0),
    onProgress,
  );
  const found = { entries: 0, files: [] as string[], unread: [] as string[] };
  for (const [index, file] of all.entries()) {
    progress.begin(sizes[index]!);
    try {
      const entries = await countIn(join(directory, file), terms, progress.read);
      found.entries += entries;
      if (entries > 0) found.files.push(file);
    } catch (error) {
      if (!(error instanceof RefusedFile)) throw error;
      found.unread.push(file);
    }
  }
  progress.end();
  return found;
}

async function countIn(path: string, terms: HoldTerms, onRead: (bytes: number) => void): Promise<number> {
  const splitter = new LineSplitter();
  let count = 0;
  const look = ({ bytes }: { readonly bytes: Buffer }) => {
    const entry = entryOf(bytes);
    if (entry && covers(terms, entry)) count += 1;
  };
  for await (const block of readBytes(path)) {
    onRead(block.length);
    for (const line of splitter.push(block)) look(line);
  }
  for (const line of splitter.end()) look(line);
  return count;
}
