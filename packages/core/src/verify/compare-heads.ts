import { type Coverage, missingAfter, missingLog } from "./coverage.ts";
import type { KnownHead } from "./known-heads.ts";
import type { LogVerifier } from "./log-verifier.ts";
import { entriesBetween } from "./missing-lines.ts";
import { type LinePosition, type VerificationProblem, verdicts } from "./verdict.ts";

/** A head of which somebody knows that the log had it. */
export interface Witnessed {
  readonly head: KnownHead;
  /** Who saw it, in words: whoever noted it, the anchor log, or the log that links it. */
  readonly by: string;
  readonly at: LinePosition | null;
}

/**
 * Compares a head with what is there, and reports what it contradicts.
 *
 * @returns whether it could be compared: not with what is in files that are not here
 */
export function compareHead(
  { head, by, at }: Witnessed,
  log: LogVerifier | undefined,
  coverage: Coverage,
  report: (problem: VerificationProblem) => void,
): boolean {
  if (!log) {
    const verdict = missingLog(coverage, head.log);
    const message = `log ${head.log} is gone: ${by} saw ${head.size} entries of it`;
    if (verdict) report({ verdict, result: verdicts[verdict], log: head.log, seq: null, at, message });
    return verdict !== null;
  }
  // What is wrong with it has been named already.
  if (log.over) return true;
  if (log.tree.size < head.size) {
    const verdict = missingAfter(coverage, head.log);
    const missing = `${entriesBetween(log.tree.size, head.size)} missing at the end: ${by} saw the log longer`;
    if (verdict) log.report(verdict, null, at, missing);
    return verdict !== null;
  }
  const root = log.tree.rootAt(head.size);
  if (root !== null && root !== head.chain_hash)
    log.report("FORK", null, at, `the first ${head.size} entries are not those that ${by} saw`);
  return root !== null;
}
