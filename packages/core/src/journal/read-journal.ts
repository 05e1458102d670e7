import { statSync } from "node:fs";
import { join } from "node:path";
import { nothingMeasured } from "../entry/draft-entry.ts";
import type { AuditEntry } from "../entry/entry.ts";
import { timeOfUuid } from "../entry/uuid-time.ts";
import { PresumedEnds } from "../orphans/presumed-ends.ts";
import { isProcessEnded } from "../orphans/unknown-entry.ts";
import { parseLine } from "../seal/line.ts";
import { checkJournalFilter } from "./check-journal-filter.ts";
import { matcherOf } from "./entry-matcher.ts";
import { dayOfFile, isArchive, journalFiles, writerOfFile } from "./file-names.ts";
import { gapIn } from "./gap-in-range.ts";
import type { JournalFilter } from "./journal-filter.ts";
import type { JournalLine } from "./line-splitter.ts";
import { mergeByTime } from "./merge-by-time.ts";
import { readLines } from "./read-lines.ts";
import { isBlank, withoutSpaceAround } from "./space-around.ts";
import { unreadable } from "./unreadable.ts";

export interface ReadJournalOptions extends JournalFilter {
  /** Told of each line that is not an entry. */
  readonly onSkipped?: (line: SkippedLine) => void;
  /**
   * Told of each `audit.gap` about a time between `since` and `until`, whatever else is asked for: so many entries
   * (`detail.count`) are missing, and sums over what is there are too small.
   */
  readonly onGap?: (gap: AuditEntry) => void;
}

export interface SkippedLine {
  /** The name of the file; of a store, whose lines have no files, the UTC day. */
  readonly file: string;
  /** 1-based; 0 in a store, whose lines have no numbers. */
  readonly line: number;
}

const rememberedIds = 65_536;
const blockBytesOfMany = 1 << 16;

/**
 * The entries of a journal directory in the order they were written, each `id` once; of processes with files of their own,
 * in the order of `recorded_at`; of a call that was taken for ended with its process and has its real end as well, the real
 * one. Lines that are not entries are
 * skipped, never thrown. Nothing is verified here: that is {@link verifyJournal}.
 *
 * @throws AuditError `INVALID_OPTIONS`; `JOURNAL_UNREADABLE` when there is no such directory, or a file of it cannot be read
 */
export async function* readJournal(
  directory: string,
  options: ReadJournalOptions = {},
): AsyncGenerator<AuditEntry> {
  checkJournalFilter(options, ["onSkipped", "onGap"]);
  const wanted = matcherOf(options);
  const isGap = gapIn(options);
  const from = options.since ? { fromDay: options.since.toISOString().slice(0, 10) } : {};
  // An entry can stand in the journal twice when a commit failed half-way and was written again.
  const recent = new Set<string>();
  let presumed: PresumedEnds | null = null;
  const days = new Map<string, string[]>();
  for (const file of filesIn(directory)) {
    const day = dayOfFile(file)!;
    if (day < (from.fromDay ?? "")) continue;
    days.set(day, [...(days.get(day) ?? []), file]);
  }
  for (const files of days.values()) {
    for await (const entry of entriesOfDay(directory, files, options)) {
      const isWanted = wanted(entry);
      const tellsGap = options.onGap !== undefined && isGap(entry);
      if (!(isWanted || tellsGap) || recent.has(entry.id)) continue;
      recent.add(entry.id);
      if (recent.size > rememberedIds) recent.delete(recent.values().next().value!);
      if (tellsGap) options.onGap?.(entry);
      if (!isWanted) continue;
      if (isProcessEnded(entry)) {
        presumed ??= await PresumedEnds.read(() => journalLines(directory, from));
        if (!presumed.counts(entry)) continue;
      }
      yield entry;
    }
  }
}

/** A line, and the file it stands in. It is good until the next is asked for. */
export interface LineOfFile {
  readonly bytes: Buffer;
  /** 1-based. */
  readonly number: number;
  readonly file: string;
  readonly line: JournalLine;
}

/** The lines of the journal files of a directory, archives too, oldest file first. @throws as {@link readJournal} does */
export async function* journalLines(
  directory: string,
  { fromDay = "", blockBytes }: { readonly fromDay?: string; readonly blockBytes?: number } = {},
): AsyncGenerator<LineOfFile> {
  const files = filesIn(directory).filter((file) => dayOfFile(file)! >= fromDay);
  yield* linesOfFiles(directory, files, blockBytes);
}

/** The lines of some of them, one file after the other. */
export async function* linesOfFiles(
  directory: string,
  files: readonly string[],
  blockBytes?: number,
): AsyncGenerator<LineOfFile> {
  for (const file of files) {
    for await (const line of linesOf(join(directory, file), blockBytes))
      yield { bytes: line.bytes, number: line.number, file, line };
  }
}

/** A day has one file, or one of each process. */
function entriesOfDay(
  directory: string,
  files: readonly string[],
  { onSkipped }: ReadJournalOptions,
): AsyncGenerator<AuditEntry> {
  const blockBytes = files.length > 1 ? blockBytesOfMany : undefined;
  async function* entriesOf(file: string) {
    for await (const { bytes, number } of linesOf(join(directory, file), blockBytes)) {
      const entry = entryOf(bytes);
      if (entry) yield entry;
      else if (!isBlank(bytes)) onSkipped?.({ file, line: number });
    }
  }
  if (files.length === 1) return entriesOf(files[0]!);
  return mergeByTime(
    files.map((file) => ({ from: beginOf(file), read: () => entriesOf(file) })),
    // Nobody has verified the line.
    ({ recorded_at }) => (typeof recorded_at === "string" ? recorded_at : ""),
  );
}

/** The log of a file of its own began at the time that is in the name of the file. */
function beginOf(file: string): string {
  const time = timeOfUuid(writerOfFile(file) ?? "")?.toISOString() ?? "";
  // The clock may have been set back since another UUID was made.
  return time.slice(0, 10) <= dayOfFile(file)! ? time : "";
}

function filesIn(directory: string): string[] {
  try {
    return journalFiles(directory);
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

async function* linesOf(path: string, blockBytes?: number): AsyncGenerator<JournalLine> {
  try {
    // What a killed `gzip` leaves beside its original; the verification tells of it.
    const isBegun = isArchive(path) && statSync(path).size === 0;
    if (!isBegun) yield* readLines(path, undefined, blockBytes);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/**
 * The entry a line holds, without the white space around it, or null when it holds none. Members it does not have, because an earlier version wrote it, are
 * null; they stand last, so that the others keep their places.
 */
export function entryOf(line: Buffer): AuditEntry | null {
  const entry = writtenEntryOf(withoutSpaceAround(line));
  return entry && { ...entry, ...membersMissingIn(entry) };
}

/** The same with only the members that are written: to add the others takes a hundred times as long as to check a line. */
export function writtenEntryOf(line: Buffer): AuditEntry | null {
  if (parseLine(line) === null) return null;
  try {
    const value = JSON.parse(line.toString()) as Partial<AuditEntry> | null;
    const isEntry =
      typeof value?.id === "string" &&
      typeof value.log === "string" &&
      Number.isSafeInteger(value.seq) &&
      value.seq! >= 0 &&
      typeof value.timestamp === "string" &&
      typeof value.event_type === "string";
    return isEntry ? (value as AuditEntry) : null;
  } catch {
    return null;
  }
}

function membersMissingIn(entry: object): object {
  return Object.fromEntries(
    Object.entries(nothingMeasured)
      .filter(([name, nothing]) => nothing !== undefined && !Object.hasOwn(entry, name))
      .map(([name, nothing]) => [name, nothing && { ...nothing }]),
  );
}
