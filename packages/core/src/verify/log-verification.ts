import type { AuditEntry } from "../entry/entry.ts";
import type { LinePosition, VerificationProblem } from "./verdict.ts";

/** What a verification found about one log. */
export interface LogVerification {
  readonly log: string;
  /** How many entries verified, counted from the first. */
  readonly entries: number;
  /** How many lines of it came after the first tampered one and can't be judged. */
  readonly unchecked: number;
  readonly first: LogPoint | null;
  /** The last entry that verified. */
  readonly last: LogPoint | null;
  /** `open`: written to within the last two heartbeats. `unclosed`: neither closed nor alive. */
  readonly state: "closed" | "open" | "unclosed";
  readonly problems: readonly VerificationProblem[];
}

export interface LogPoint {
  readonly seq: number;
  readonly time: string;
  readonly at: LinePosition;
}

/** An entry and where its line stands. */
export interface Placed {
  readonly entry: AuditEntry;
  readonly at: LinePosition;
}

export function pointOf(placed: Placed | null): LogPoint | null {
  return placed && { seq: placed.entry.seq, time: placed.entry.recorded_at, at: placed.at };
}
