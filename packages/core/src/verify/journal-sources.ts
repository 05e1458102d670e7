import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { dayOfFile, isArchive } from "../journal/file-names.ts";
import { readLines } from "../journal/read-lines.ts";
import { unreadable } from "../journal/unreadable.ts";
import type { SourceDay, SourceSnapshot } from "../source.ts";
import { entryLineOf } from "./entry-line.ts";

/** A file to verify, or what a store has of a day. */
export interface JournalSource {
  readonly path: string;
  /** As findings name it: within a single directory the name, else the path as it was given. */
  readonly name: string;
  /** In bytes, compressed when the file is; about, of a day. */
  readonly size: number;
  /** Of a day of a store: the earliest day that lines of it were recorded on, where that is one before. */
  readonly recordedSince?: string | undefined;
  /** Its lines, when it is a day of a store. */
  readonly lines?: SourceDay["lines"];
}

/** What was given to be verified. */
export interface JournalSources {
  /** In the order in which they are to be read. */
  readonly files: readonly JournalSource[];
  /** What has the name of a journal file and is none. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly directories: readonly string[];
  /** Whether they claim to be a whole journal. */
  readonly whole: boolean;
}

/**
 * Finds the files of journal directories, and files named one by one.
 *
 * @throws AuditError `JOURNAL_UNREADABLE` for what is not there, or is neither file nor directory
 */
export async function journalSources(paths: readonly string[]): Promise<JournalSources> {
  const files: JournalSource[] = [];
  const refused: { name: string; reason: string }[] = [];
  const directories: string[] = [];
  const seen = new Set<string>();
  const add = (path: string, name: string, { size }: Stats) => {
    const real = realpathSync(path);
    if (!seen.has(real)) files.push({ path, name, size });
    seen.add(real);
  };
  for (const given of paths) {
    const found = stateOf(given);
    if (found.isFile()) {
      add(given, given, found);
      continue;
    }
    if (!found.isDirectory()) throw unreadable(given, "it is neither a file nor a directory");
    directories.push(given);
    const named = entriesOf(given).filter(({ name }) => dayOfFile(name) !== null);
    for (const entry of named) {
      const path = join(given, entry.name);
      const name = paths.length === 1 ? entry.name : path;
      if (entry.isFile()) add(path, name, stateOf(path));
      else
        refused.push({
          name,
          reason: entry.isSymbolicLink() ? "it is a symbolic link" : "it is no regular file",
        });
    }
  }
  return { files: await inOrder(files), refused, directories, whole: directories.length > 0 };
}

/** The days of a store, which claims to be whole. */
export function daysAsSources({ days }: SourceSnapshot): JournalSources {
  const files = days.map(({ day, bytes, recordedSince, lines }) => {
    return { path: day, name: day, size: bytes ?? 0, recordedSince, lines };
  });
  return { files, refused: [], directories: [], whole: true };
}

/** The directories that the files of a journal are in: its key, and notes that rotated it, are beside them. */
export function foldersOf({ directories, files }: JournalSources): string[] {
  const ofFiles = files.filter(({ lines }) => !lines).map(({ path }) => dirname(path));
  return [...new Set([...directories, ...ofFiles])];
}

function stateOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

/** By day; a file whose name has none stands where its first entry does. */
async function inOrder(files: readonly JournalSource[]): Promise<JournalSource[]> {
  const placed: { file: JournalSource; day: string }[] = [];
  // One after the other: of a year of files, not all can be open at once.
  for (const file of files)
    placed.push({ file, day: dayOfFile(basename(file.path)) ?? (await firstTimeIn(file.path)) });
  const key = ({ file, day }: (typeof placed)[number]) =>
    `${day}\n${isArchive(file.path) ? 1 : 0}\n${file.name}`;
  return placed.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ file }) => file);
}

/** Whether a line of any of the files is an entry. */
export async function holdsAnEntry({ files }: JournalSources): Promise<boolean> {
  for (const { path } of files) if ((await firstTimeIn(path)) !== "") return true;
  return false;
}

async function firstTimeIn(path: string): Promise<string> {
  try {
    for await (const { bytes } of readLines(path)) {
      const line = entryLineOf(bytes);
      if (line) return line.recordedAt;
    }
  } catch {
    // Said again, and reported, when it is read.
  }
  return "";
}
