import type { VerifyJournalOptions } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import type { PolicyExpectations, Report } from "./report.ts";
import type { UnusualOptions } from "./unusual-options.ts";

export interface ReportOptions {
  /** By `timestamp`: from `since` on, before `until`. @default all that is there */
  readonly period?: { readonly since?: Date | undefined; readonly until?: Date | undefined };
  readonly expect?: PolicyExpectations;
  /** Which hours are nobody's working hours, for the rule `off_hours`: UTC, from the first on, before the second. @default [22, 6] */
  readonly offHours?: readonly [from: number, to: number];
  /** From where on the rules of `unusual` speak. */
  readonly unusual?: UnusualOptions;
  /** How to verify what the report covers; false: not at all. A place in Postgres needs a `key`. @default false */
  readonly verify?: VerifyJournalOptions | false;
  readonly now?: Date;
  readonly onProgress?: (done: {
    readonly doing: "reading" | "verifying";
    readonly bytes: number;
    readonly totalBytes: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/**
 * The report over a period.
 *
 * @param source an opened table, or a place as {@link openEntries} takes it
 * @throws AuditError `JOURNAL_UNREADABLE`, `INVALID_OPTIONS`; the signal's reason
 */
export async function report(_source: EntryTable | string, _options: ReportOptions = {}): Promise<Report> {
  throw new Error("not yet");
}
