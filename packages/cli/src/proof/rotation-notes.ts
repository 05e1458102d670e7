import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { trustedKeys } from "@openrouter-audit/core";
import { publicKeyIn } from "../journal-directory.ts";
import type { NewFile } from "../new-files.ts";

/**
 * The notes by which a key trusts others, to be put beside a proof: whoever was given that key can then check the proof of a
 * log that another of them certified.
 *
 * @param paths journal directories, or files of journals
 * @param key the root vkey; without it that of each journal
 */
export function rotationNotesFor(paths: readonly string[], key: string | undefined): NewFile[] {
  return foldersOf(paths).flatMap((folder) => {
    const trusting = key ?? publicKeyIn(folder);
    const trusted = trusting === null ? [] : trustedKeys(folder, trusting).keys;
    return trusted.flatMap(({ note }) =>
      note ? [{ name: note.file, content: readFileSync(join(folder, note.file)) }] : [],
    );
  });
}

/** The directories that paths are, or are in. */
export function foldersOf(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path))))];
}
