import { accessSync, constants, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AuditError, dayOfFile, journalFiles } from "@openrouter-audit/core";
import { wordsOf } from "../duckdb/sql-text.ts";

/** A file of a journal. */
export interface JournalFile {
  readonly path: string;
  readonly name: string;
  /** The UTC day in its name. */
  readonly day: string;
}

/**
 * The files of a journal directory, or one file of a journal, by day and name.
 *
 * @throws AuditError `JOURNAL_UNREADABLE`
 */
export function filesOf(place: string): JournalFile[] {
  const absolute = resolve(place);
  try {
    const isFile = statSync(absolute).isFile();
    const directory = isFile ? dirname(absolute) : absolute;
    const names = journalFiles(directory).filter((name) => !isFile || name === basename(absolute));
    if (isFile && names.length === 0)
      throw new Error("its name is not one of a journal file: audit_YYYY-MM-DD.jsonl, or .jsonl.gz");
    return names.map((name) => ({ path: join(directory, name), name, day: dayOfFile(name)! }));
  } catch (cause) {
    throw unreadable(place, cause);
  }
}

/** How many bytes a file has. @throws AuditError `JOURNAL_UNREADABLE` when it is not there any more, or not to be read */
export function sizeOf({ path }: JournalFile): number {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).size;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** That a journal, or a file of it, cannot be read. */
export function unreadable(path: string, cause: unknown): AuditError {
  if (cause instanceof AuditError) return cause;
  const [words = ""] = wordsOf(cause).split("\n");
  return new AuditError("JOURNAL_UNREADABLE", `Cannot read ${path}: ${words.replace(/\.$/, "")}.`, { cause });
}
