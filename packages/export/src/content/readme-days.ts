import type { Days } from "./days.ts";
import type { Excerpt } from "./excerpt.ts";
import { type FileDays, fileDaysInWords } from "./file-days.ts";

/** What is said of the days. */
export interface ReadmeDays {
  readonly days: Days;
  /** Whether the journal had files of days before, and after. */
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
  /** Whether tombstones name files of these days. */
  readonly isDeleted: boolean;
  readonly hasLines: boolean;
  /** What one must know of these days. */
  readonly remarks: readonly string[];
}

export function readmeDays(
  days: Days,
  leftOut: Excerpt["left_out"],
  fileDays: FileDays,
  hasLines: boolean,
): ReadmeDays {
  return {
    days,
    hasEarlier: leftOut.earlier_files > 0,
    hasLater: leftOut.later_files > 0,
    isDeleted: fileDays.deleted_files.length > 0,
    hasLines,
    remarks: fileDaysInWords(fileDays),
  };
}
