import { availableParallelism } from "node:os";
import { AuditError, type Journal, type VerifyJournalOptions, verifyJournal } from "@openrouter-audit/core";
import type { EntryTable } from "../entries/entry-table.ts";
import type { ReportVerification } from "./findings.ts";

const mostProblems = 100;

export interface VerificationOptions {
  /** The first day that the report read; null: from the beginning. */
  readonly fromDay: string | null;
  /** How, as it was asked for: `since` and `until` of it are not looked at. */
  readonly verify: VerifyJournalOptions;
  readonly now: Date;
  readonly onProgress?: ((done: { readonly bytes: number; readonly totalBytes: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether what a report was made of is what was sealed: docs/reports.md, "Verification". What stands in the way is told in the answer; a report is
 * made without a verdict too.
 *
 * @throws the signal's reason
 */
export async function verificationOf(
  table: EntryTable,
  options: VerificationOptions,
): Promise<ReportVerification> {
  const { fromDay, verify, now, onProgress, signal } = options;
  const { until: _until, since: _since, ...asked } = verify;
  let journal: Journal | undefined;
  try {
    journal = await table.sealed();
    const found = await verifyJournal(journal, {
      roots: "signed",
      workers: availableParallelism(),
      now,
      ...asked,
      ...(fromDay !== null && { since: new Date(`${fromDay}T00:00:00.000Z`) }),
      // Nothing else stops a verification.
      onProgress: (done) => {
        signal?.throwIfAborted();
        onProgress?.(done);
      },
    });
    signal?.throwIfAborted();
    return {
      result: found.result,
      reason: null,
      key: found.key,
      key_source: found.keySource,
      entries: found.entries,
      logs: found.logs.length,
      problems: found.problems
        .slice(0, mostProblems)
        .map(({ verdict, message }) => ({ code: verdict, message })),
      problem_count: found.problems.length,
      not_checked: found.notChecked,
      from_day: found.requested.since,
      to_day: null,
    };
  } catch (cause) {
    signal?.throwIfAborted();
    if (!(cause instanceof AuditError)) throw cause;
    return { ...nothingVerified, reason: cause.message, from_day: fromDay };
  } finally {
    if (journal !== undefined && isSource(journal)) await journal.close?.();
  }
}

const nothingVerified = {
  result: "not_verified",
  key: null,
  key_source: null,
  entries: 0,
  logs: 0,
  problems: [],
  problem_count: 0,
  not_checked: [],
  to_day: null,
} as const satisfies Partial<ReportVerification>;

function isSource(journal: Journal) {
  return typeof journal === "object" && "snapshot" in journal;
}
