import { type AuditEntry, dayOfFile } from "@openrouter-audit/core";
import { type Days, dayOf } from "./days.ts";
import type { Excerpt } from "./excerpt.ts";
import { isCount, isText } from "./json-forms.ts";

/** Why a journal has no file of a day. `nothing_recorded` is what is left: whoever removed the file may have left no trace. */
export type WithoutFile = "deleted" | "before_the_first_file" | "nothing_recorded" | "not_over";

/** What of the days of a package is in no file of the journal: `population.json`, docs/export.md. */
export interface FileDays {
  /** Stretches of days, both ends included. */
  readonly days_without_files: readonly {
    readonly from: string;
    readonly to: string;
    readonly why: WithoutFile;
  }[];
  /** Files of these days that a tombstone of the anchor log names. */
  readonly deleted_files: readonly {
    readonly file: string;
    readonly lines: number;
    readonly deleted_at: string;
  }[];
  /** Whether the last of the days was over. */
  readonly is_over: boolean;
}

const reasons: readonly unknown[] = ["deleted", "before_the_first_file", "nothing_recorded", "not_over"];

/** @param files those of these days @param notes of the anchor log */
export function fileDaysOf(
  { days, left_out }: Excerpt,
  files: readonly string[],
  notes: readonly AuditEntry[],
  now: Date,
): FileDays {
  const { first, last } = days;
  const today = dayOf(now);
  const deleted = deletedIn(notes).filter(({ file }) => isOfDays(dayOfFile(file), days));
  const gone = new Set(deleted.map(({ file }) => dayOfFile(file)));
  const have = new Set(files.map(dayOfFile));
  const begin =
    left_out.earlier_files > 0 ? first : [...have, ...gone].filter((day) => day !== null).sort()[0];
  const without: { from: string; to: string; why: WithoutFile }[] = [];
  for (let day = first; day <= last; day = dayAfter(day)) {
    if (have.has(day)) continue;
    const why = gone.has(day)
      ? "deleted"
      : day >= today
        ? "not_over"
        : begin === undefined || day < begin
          ? "before_the_first_file"
          : "nothing_recorded";
    const before = without.at(-1);
    if (before?.why === why && dayAfter(before.to) === day) before.to = day;
    else without.push({ from: day, to: day, why });
  }
  return { days_without_files: without, deleted_files: deleted, is_over: last < today };
}

function isOfDays(day: string | null, { first, last }: Days): boolean {
  return day !== null && day >= first && day <= last;
}

function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(day) + 86_400_000));
}

function deletedIn(notes: readonly AuditEntry[]): FileDays["deleted_files"] {
  return notes.flatMap(({ event_type, recorded_at, detail }) => {
    const { files, table } = detail ?? {};
    if (event_type !== "audit.deleted" || typeof table === "string" || !Array.isArray(files)) return [];
    return (files as readonly ({ file?: unknown; lines?: unknown } | null)[]).flatMap((each) =>
      isText(each?.file) && isCount(each?.lines)
        ? [{ file: each!.file as string, lines: each!.lines as number, deleted_at: recorded_at }]
        : [],
    );
  });
}

/** What a package says of it. @throws Error when it is in no form */
export function fileDaysIn({ days_without_files, deleted_files, is_over }: FileDays): FileDays {
  const isDay = (day: unknown) => isText(day) && /^\d{4}-\d\d-\d\d$/.test(day as string);
  const isTime = (time: unknown) => isText(time) && /^[\dT:.Z-]+$/.test(time as string);
  const isRight =
    days_without_files.every(({ from, to, why }) => isDay(from) && isDay(to) && reasons.includes(why)) &&
    deleted_files.every(
      ({ file, lines, deleted_at }) =>
        isText(file) && dayOfFile(file) !== null && isCount(lines) && isTime(deleted_at),
    ) &&
    typeof is_over === "boolean";
  if (!isRight) throw new Error("no days");
  return { days_without_files, deleted_files, is_over };
}

/** The same in words: what whoever asks "are these all?" must know. */
export function fileDaysInWords({ days_without_files, deleted_files, is_over }: FileDays): string[] {
  const of = (wanted: WithoutFile) =>
    days_without_files
      .filter(({ why }) => why === wanted)
      .map(({ from, to }) => (from === to ? from : `${from} to ${to}`))
      .join(", ");
  const [before, none] = [of("before_the_first_file"), of("nothing_recorded")];
  const lines = deleted_files.reduce((sum, file) => sum + file.lines, 0);
  const names = deleted_files.map(({ file, deleted_at }) => `${file} on ${deleted_at.slice(0, 10)}`);
  return [
    deleted_files.length > 0 &&
      `Retention deleted ${lines} lines of these days, and noted it: ${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more files` : ""}.`,
    before !== "" && `The journal had no file yet on ${before}.`,
    none !== "" &&
      `There is no file of ${none}: nothing was recorded then, or whoever removed it left no trace.`,
    !is_over &&
      "The last of these days was not over when this was made: what was recorded later is in no file of it.",
  ].filter((what) => what !== false);
}
