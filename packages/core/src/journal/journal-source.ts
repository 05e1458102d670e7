import type { AuditEntry } from "../entry/entry.ts";
import type { AuditSource, ReadSourceOptions, SourceDay } from "../source.ts";
import { dayOfFile, journalFiles } from "./file-names.ts";
import { linesOfFiles, readJournal } from "./read-journal.ts";
import { unreadable } from "./unreadable.ts";

/**
 * A journal directory as a source. What is asked of a source is answered as of any other: to verify the files themselves,
 * with the key beside them and the numbers of lines, give their directory to {@link verifyJournal}.
 */
export function journalSource(directory: string): AuditSource {
  return {
    name: directory,
    read: (options) => entriesOf(directory, options),
    snapshot: async () => ({ days: daysIn(directory), close: async () => undefined }),
  };
}

async function* entriesOf(
  directory: string,
  { newest, signal, ...options }: ReadSourceOptions = {},
): AsyncGenerator<AuditEntry> {
  const last: AuditEntry[] = [];
  for await (const entry of readJournal(directory, options)) {
    signal?.throwIfAborted();
    if (newest === undefined) yield entry;
    else if (last.push(entry) >= 2 * newest + 1) last.splice(0, last.length - newest);
  }
  if (newest) yield* last.slice(-newest);
}

function daysIn(directory: string): SourceDay[] {
  const days = new Map<string, string[]>();
  for (const file of filesIn(directory)) {
    const day = dayOfFile(file)!;
    days.set(day, [...(days.get(day) ?? []), file]);
  }
  return [...days].map(([day, files]) => ({ day, bytes: null, lines: () => linesOfDay(directory, files) }));
}

async function* linesOfDay(directory: string, files: readonly string[]) {
  for await (const { bytes, line } of linesOfFiles(directory, files))
    yield { line: bytes, ...(!line.ended && { ended: false }) };
}

function filesIn(directory: string): string[] {
  try {
    return journalFiles(directory);
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}
