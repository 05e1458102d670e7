import { AuditError } from "../audit-error.ts";
import type { Cut } from "./cut.ts";
import { type VerificationProblem, verdicts } from "./verdict.ts";

/**
 * Where entries were deleted that were younger than they may be, by the tombstone's own time; one that lies ahead of the verification says
 * only that it was not later than that. See docs/seal.md, "Tombstones".
 */
export function retentionViolations(
  cuts: ReadonlyMap<string, readonly Cut[]>,
  minRetentionMs: number | undefined,
  now: Date,
): VerificationProblem[] {
  if (minRetentionMs === undefined) return [];
  if (!(minRetentionMs >= 0))
    throw new AuditError("INVALID_OPTIONS", "minRetentionMs must be a number of milliseconds.");
  return [...cuts.values()].flat().flatMap(({ log, size, newest, deletedAt }) => {
    const ageMs = Math.min(Date.parse(deletedAt), now.getTime()) - Date.parse(newest);
    // Not the other way round: of what is no time, nothing is known.
    if (ageMs >= minRetentionMs) return [];
    const verdict = "RETENTION_VIOLATION";
    const message = `entries up to ${size - 1} were deleted on ${deletedAt}, the newest of ${newest}`;
    return [{ verdict, result: verdicts[verdict], log, seq: size - 1, at: null, message }];
  });
}
