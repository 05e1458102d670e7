import { dayOfFile, isArchive, type JournalVerification, journalFiles } from "@openrouter-audit/core";
import { isDay } from "../period.ts";
import { unpackedName } from "../undelivered.ts";
import type { Segment } from "./segment.ts";

const dayMs = 86_400_000;

/** A file of a journal, and why it is not stored yet; null when it may be. */
export interface FileOnTurn {
  readonly file: string;
  readonly waits: string | null;
}

/** The files of a journal, oldest first. Of one that was compressed and is still there, only the archive counts. */
export function filesOnTurn(directory: string, now: Date, uncompressed: boolean): FileOnTurn[] {
  const files = journalFiles(directory);
  const isDouble = (file: string) => !isArchive(file) && files.includes(`${file}.gz`);
  return files
    .filter((file) => !isDouble(file))
    .map((file) => {
      if (!isDay(dayOfFile(file)!)) return { file, waits: "there is no such day as its name says" };
      const isOver = now.getTime() >= Date.parse(dayOfFile(file)!) + dayMs;
      if (!isOver) return { file, waits: "its day is not over" };
      return { file, waits: isArchive(file) || uncompressed ? null : "it is not compressed yet" };
    });
}

/** Why a file is no good evidence, and is not stored as such; null when nothing was found against it. */
export function flawOf(segment: Segment, { problems, logs }: JournalVerification, now: Date): string | null {
  const own = problems.find(
    ({ at, result, verdict }) =>
      at !== null &&
      unpackedName(at.file) === unpackedName(segment.file) &&
      (result === "tampered" || verdict === "REFUSED_FILE"),
  );
  if (own) return `it does not verify: ${own.verdict}, ${own.message}`;
  const log = logs.find(({ log, result }) => result === "tampered" && segment.logs.has(log));
  if (log) return `a log with lines in it was tampered with: ${log.log}`;
  if (segment.newest === null) return "it holds no entry";
  if (segment.newest > now)
    return `its newest entry is of ${segment.newest.toISOString()}, which is still to come: its clock was wrong, and it would be locked for too long`;
  return null;
}
