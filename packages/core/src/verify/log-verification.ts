import type { LogHead } from "../seal/log-head.ts";
import type { LinePosition, VerificationProblem, VerificationResult } from "./verdict.ts";

/** What a verification found about one log. */
export interface LogVerification {
  readonly log: string;
  /** The worst of its problems. */
  readonly result: VerificationResult;
  /** How many entries verified. */
  readonly entries: number;
  /** How many lines of it came after the first tampered one and can't be judged. */
  readonly unchecked: number;
  /** The first entry that was found. */
  readonly first: LogPoint | null;
  /** The last entry that verified. */
  readonly last: LogPoint | null;
  /**
   * `open`: written to within the last two heartbeats. `unclosed`: neither closed nor alive. `continues`: its end is in
   * files that were not given, or after the range of time.
   */
  readonly state: "closed" | "open" | "unclosed" | "continues";
  /** The newest signed line that verified: what to keep elsewhere, as a known head. */
  readonly head: LogHead | null;
  readonly problems: readonly VerificationProblem[];
}

export interface LogPoint {
  readonly seq: number;
  /** `recorded_at` */
  readonly time: string;
  readonly at: LinePosition;
}
