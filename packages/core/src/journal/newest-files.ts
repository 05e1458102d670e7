import { statSync } from "node:fs";
import { join } from "node:path";
import { dayOfFile, isArchive, journalFiles, writerOfFile } from "./file-names.ts";

const newestDays = 2;
/** Processes that write to files of their own, and restart in a loop, leave any number of them. */
const mostOfWriters = 64;

/**
 * The files of a journal that were written to last, of the two newest days, those written to last at the end. A clock that
 * once ran ahead leaves files of days to come: they come besides, and do not hide those that are written to now.
 */
export function newestFiles(directory: string): string[] {
  // What is compressed is old, and nothing is written to it.
  const names = journalFiles(directory).filter((name) => !isArchive(name));
  const today = new Date().toISOString().slice(0, 10);
  return [false, true].flatMap((ahead) => {
    const files = names.filter((name) => dayOfFile(name)! > today === ahead);
    const days = [...new Set(files.map((name) => dayOfFile(name)!))].slice(-newestDays);
    return days.flatMap((day) => newestOf(directory, files, day));
  });
}

function newestOf(directory: string, files: readonly string[], day: string): string[] {
  const ofDay = files.filter((name) => dayOfFile(name) === day);
  const shared = ofDay.filter((name) => writerOfFile(name) === null);
  const others = ofDay.filter((name) => writerOfFile(name) !== null);
  // The name says when the first log of a process began, which may be long ago.
  const written = new Map(others.map((name) => [name, lastWriteTo(join(directory, name))]));
  return [...shared, ...others.sort((a, b) => written.get(a)! - written.get(b)!).slice(-mostOfWriters)];
}

/** In milliseconds since 1970; 0 of a file that was just moved away. */
function lastWriteTo(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
