import type { LogHead } from "../seal/log-head.ts";
import { type Coverage, missingAfter, missingLog } from "./coverage.ts";
import type { LogVerifier } from "./log-verifier.ts";
import { type LinePosition, type VerificationProblem, verdicts } from "./verdict.ts";

/** A head of which somebody knows that the log had it. */
export interface Witnessed {
  readonly head: LogHead;
  /** Who saw it, in words: whoever noted it, the anchor log, or the log that links it. */
  readonly by: string;
  readonly at: LinePosition | null;
}

/**
 * Compares a head with what is there, and reports what it contradicts.
 *
 * @returns whether it could be compared: not with what is missing, or is tampered with already
 */
export function compareHead(
  { head, by, at }: Witnessed,
  log: LogVerifier | undefined,
  coverage: Coverage,
  report: (problem: VerificationProblem) => void,
): boolean {
  if (!log) {
    const verdict = missingLog(coverage);
    const message = `log ${head.log} had ${head.size} entries when ${by} saw it, and none is left`;
    if (verdict) report({ verdict, result: verdicts[verdict], log: head.log, seq: null, at, message });
    return verdict !== null;
  }
  // What is wrong with it has been named already.
  if (log.over) return false;
  if (log.tree.size < head.size) {
    const verdict = missingAfter(coverage);
    const missing = `entries ${log.tree.size} to ${head.size - 1} are missing: ${by} saw them`;
    if (verdict) log.report(verdict, null, at, missing);
    return verdict !== null;
  }
  const root = log.tree.rootAt(head.size);
  if (root !== null && root !== head.chain_hash)
    log.report("FORK", null, at, `the first ${head.size} entries are not those that ${by} saw`);
  return root !== null;
}
