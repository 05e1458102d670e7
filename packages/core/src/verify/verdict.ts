/** What can be wrong with a journal, and what each means for the whole. See docs/seal.md, "Verification". */
export const verdicts = {
  ROOT_MISMATCH: "tampered",
  BAD_SIGNATURE: "tampered",
  NOT_CANONICAL: "tampered",
  SEQ_GAP: "tampered",
  SEQ_ORDER: "tampered",
  FORK: "tampered",
  UNDELEGATED_STREAM: "tampered",
  TRUNCATED: "tampered",
  MISSING_STREAM: "tampered",
  RETENTION_VIOLATION: "tampered",
  UNCLOSED: "incomplete",
  UNSIGNED_TAIL: "incomplete",
  TORN_TAIL: "incomplete",
  FOREIGN_LINE: "incomplete",
  MISFILED: "incomplete",
  GAP: "incomplete",
  PARTIAL: "incomplete",
  REFUSED_FILE: "incomplete",
  UNSUPPORTED: "incomplete",
  BAD_LINK: "intact",
  BAD_ROTATION: "intact",
  DUPLICATE: "intact",
} as const;

export type Verdict = keyof typeof verdicts;

/** Of what one file, or one log, has a million of, so many are named. */
export const mostOfAKind = 100;

/** The answer of a verification, best to worst. */
export type VerificationResult = "intact" | "incomplete" | "tampered";

/**
 * Where a line stands: file name and 1-based line number; 0 for the whole file. In a store, whose lines have no numbers,
 * the UTC day and 0: the line is told by its log and `seq`.
 */
export interface LinePosition {
  readonly file: string;
  readonly line: number;
}

/** One finding of a verification. */
export interface VerificationProblem {
  readonly verdict: Verdict;
  readonly result: VerificationResult;
  /** The log it concerns, or null for lines of no log. */
  readonly log: string | null;
  readonly seq: number | null;
  readonly at: LinePosition | null;
  readonly message: string;
}

const order: readonly VerificationResult[] = ["intact", "incomplete", "tampered"];

/** Compares two findings for sorting: the worse first. */
export function worseFirst(a: VerificationProblem, b: VerificationProblem): number {
  return order.indexOf(b.result) - order.indexOf(a.result);
}

export function worstOf(problems: readonly VerificationProblem[]): VerificationResult {
  const worst = problems.reduce((rank, { result }) => Math.max(rank, order.indexOf(result)), 0);
  return order[worst]!;
}
