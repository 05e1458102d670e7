import { basename } from "node:path";
import { AuditError } from "../audit-error.ts";
import { dayOfFile } from "../journal/file-names.ts";
import type { Coverage } from "./coverage.ts";
import type { JournalSource, JournalSources } from "./journal-sources.ts";

/** UTC days, both included; null: no limit. */
export interface Days {
  readonly since: string | null;
  readonly until: string | null;
}

/** The days of a range of time. @throws AuditError `INVALID_OPTIONS` */
export function daysBetween({ since, until }: { readonly since?: Date; readonly until?: Date }): Days {
  const day = (time: number) => {
    if (Number.isNaN(time)) throw new AuditError("INVALID_OPTIONS", "since and until must be times.");
    return new Date(time).toISOString().slice(0, 10);
  };
  return {
    since: since ? day(since.getTime()) : null,
    // What ends at midnight ends with the day before.
    until: until ? day(until.getTime() - 1) : null,
  };
}

/** The UTC day of a journal file, by its name, or of a day of a store; null for other files. */
export function dayIn(name: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(name) ? name : dayOfFile(basename(name));
}

/** Whether a file is of these days, by its name; one whose name has no day always is. */
export function isOfDays({ path }: JournalSource, { since, until }: Days): boolean {
  const day = dayIn(path);
  return day === null || ((since === null || day >= since) && (until === null || day <= until));
}

/**
 * These days, and those that follow up to the last that has lines recorded on them: one forged line of a day that lies ahead must not
 * take its log out of every range.
 */
export function reaching(files: readonly JournalSource[], days: Days): Days {
  const { until } = days;
  if (until === null) return days;
  const ends = files.flatMap(({ path, recordedSince }) => {
    return recordedSince !== undefined && recordedSince <= until ? [path] : [];
  });
  return { ...days, until: [until, ...ends].sort().at(-1)! };
}

/** What can be missed when only files of these days are read: a limit behind which there is no file is none. */
export function coverageOf({ whole, files }: JournalSources, { since, until }: Days): Coverage {
  return {
    whole,
    later: null,
    since: files.every((file) => isOfDays(file, { since, until: null })) ? null : since,
    until: files.every((file) => isOfDays(file, { since: null, until })) ? null : until,
  };
}
