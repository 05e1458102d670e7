import { treeOfFrontier } from "../seal/frontier.ts";
import type { MerkleTree } from "../seal/merkle.ts";
import { missingBefore, missingBetween } from "./coverage.ts";
import type { EntryLine } from "./entry-line.ts";
import { type LogKey, logKeyOf } from "./log-key.ts";
import { entriesBetween } from "./missing-lines.ts";
import type { Verdict } from "./verdict.ts";
import type { VerificationTerms } from "./verification-terms.ts";

/** What stands in for the lines of a log that are missing before one. */
export interface StandIn {
  readonly tree: MerkleTree;
  /** Null when no root key certifies the one that is said. */
  readonly key: LogKey | null;
  /** What it means that they are missing, in a word and in words; null: nothing. */
  readonly finding: readonly [Verdict, string] | null;
}

/**
 * A tombstone that cut the log there, or the heartbeat that the line is; null when it is neither. See docs/seal.md,
 * "Verification".
 *
 * @param size how many entries of the log were found
 */
export function standInFor(
  line: EntryLine,
  size: number,
  { cuts, coverage, rootKeys }: VerificationTerms,
): StandIn | null {
  const { log, seq } = line;
  const deleted = (cuts.get(log) ?? []).filter((each) => each.size <= seq);
  const cut = deleted.find((each) => each.size === seq);
  if (!cut && line.eventType !== "audit.heartbeat") return null;
  const said = cut ? { ...cut.head, frontier: cut.frontier } : (line.entry.detail ?? {});
  const tree = treeOfFrontier(seq, said.frontier);
  if (!tree) return null;
  const from = Math.max(size, ...deleted.map((each) => each.size));
  const verdict = from === 0 ? missingBefore(coverage) : missingBetween(coverage);
  const where = coverage.whole ? "are missing" : "are in files that were not given";
  return {
    tree,
    key: logKeyOf(log, said, rootKeys),
    finding:
      verdict && from < seq ? [verdict, `${entriesBetween(from, seq)} ${where} before entry ${seq}`] : null,
  };
}
