import type { AuditEntry, SkippedLine } from "@openrouter-audit/core";
import { aFunction, checkOptions, wholeNumber } from "@openrouter-audit/core/sink";
import { aSignal, aText } from "../entries/option-rules.ts";

export interface QueryOptions {
  /** A column, `-` before it for the greatest first: `recorded_at`, `-recorded_at`, `-cost_usd`. What is null comes last. @default "recorded_at" */
  readonly order?: string | undefined;
  /** At most so many, the first in that order. @default all; of a page 100 */
  readonly limit?: number | undefined;
  /** Where the page before ended: its `next`. */
  readonly cursor?: string | undefined;
  /** Told of each line that is no entry, where it was met. Its number is not known, and 0. */
  readonly onSkipped?: ((line: SkippedLine) => void) | undefined;
  /**
   * Told of each `audit.gap` about a time between `since` and `until`, whatever else is asked for, on the days that were read: with a
   * `limit` those are as many as it takes.
   */
  readonly onGap?: ((gap: AuditEntry) => void) | undefined;
  /** Told again and again how many of the days that may have to be read were read. */
  readonly onProgress?: ((done: { readonly days: number; readonly totalDays: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Before anything is read. The cursor and the name of the order are looked at with the order. @throws AuditError `INVALID_OPTIONS` */
export function checkQueryOptions(asker: string, options: QueryOptions, leastLimit: number): void {
  checkOptions(asker, options, {
    order: aText,
    limit: wholeNumber("entries", leastLimit),
    cursor: aText,
    onSkipped: aFunction,
    onGap: aFunction,
    onProgress: aFunction,
    signal: aSignal,
  });
}
