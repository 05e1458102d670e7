import { statSync } from "node:fs";
import type { CommandIo } from "./command-io.ts";
import { existingJournal } from "./journal-directory.ts";

/** The help text of every `[path...]` argument. */
export const pathsArgument =
  "a journal directory (default: OPENROUTER_AUDIT_DIR, else ./audit_logs), or files of one, compressed (.gz) or not";

/** The journals, or the files, a command is about. @throws UnusableError */
export function journalPaths(given: readonly string[], env: CommandIo["env"]): readonly string[] {
  if (given.length === 0) return [existingJournal(undefined, env)];
  return given.map((path) => (isFile(path) ? path : existingJournal(path, env)));
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
