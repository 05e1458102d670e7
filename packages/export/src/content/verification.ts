import { availableParallelism } from "node:os";
import { type JournalVerification, type VerifyJournalOptions, verifyJournal } from "@openrouter-audit/core";
import type { Days } from "./days.ts";
import { rangeOf } from "./days.ts";

/** What is taken out of a journal: which days, and whether it has files of others. */
export interface Excerpt {
  readonly days: Days;
  readonly left_out: { readonly earlier_files: number; readonly later_files: number };
}

/** Verifies the files of an excerpt: docs/export.md, "Verification". */
export function verifyExcerpt(
  directory: string,
  { days, left_out }: Excerpt,
  options: VerifyJournalOptions,
): Promise<JournalVerification> {
  const { since, until } = rangeOf(days);
  return verifyJournal(directory, {
    workers: availableParallelism(),
    ...options,
    excerpt: true,
    ...(left_out.earlier_files > 0 && { since }),
    ...(left_out.later_files > 0 && { until }),
  });
}

/** The same without messages and places, which may quote what stands in lines. */
export function withoutWords({
  result,
  key,
  keySource,
  entries,
  requested,
  problems,
  notChecked,
}: JournalVerification) {
  const findings = problems.map(({ verdict, result: of, log, seq }) => ({ verdict, result: of, log, seq }));
  return { result, key, keySource, entries, requested, problems: findings, notChecked };
}
