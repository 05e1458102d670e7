import { type Coverage, showsEnd } from "./coverage.ts";
import type { LogPoint, LogVerification } from "./log-verification.ts";

/** What is known of a log that was read to its last line. */
export interface LogEnd {
  /** Its origin. */
  readonly log: string;
  /** The last entry that verified. */
  readonly last: LogPoint | null;
  readonly closed: LogPoint | null;
  readonly heartbeatMs: number;
  /** Whether nothing can be said of what follows. */
  readonly over: boolean;
}

/** Whether a log ended, or may still be written to. */
export function stateOf(
  { log, last, closed, heartbeatMs, over }: LogEnd,
  coverage: Coverage,
  now: Date,
): LogVerification["state"] {
  if (closed) return "closed";
  if (over || !last) return "unclosed";
  if (!showsEnd(coverage, log)) return "continues";
  const silentMs = now.getTime() - Date.parse(last.time);
  // A last entry far in the future was written by a wrong clock, and says nothing of being alive.
  return Math.abs(silentMs) <= 2 * heartbeatMs ? "open" : "unclosed";
}

/** What it means that a log was not closed, in words. `next` is the log that the same process began after it. */
export function nothingAfter({ seq }: LogPoint, next: string | null): string {
  const why =
    next === null
      ? "the process was killed, or the end was cut off"
      : `a write failed, and the process went on in log ${next}; or the end was cut off`;
  return `nothing after entry ${seq}: ${why}`;
}
