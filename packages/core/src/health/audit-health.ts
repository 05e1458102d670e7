import type { SinkStatus } from "../delivery/delivery.ts";
import type { Guarantee, OnFailure } from "../guarantee/recording.ts";
import type { DiskStatus } from "../journal/disk-watch.ts";
import type { RecorderStatus } from "../recorder.ts";

/** How an audit log is. Plain data: it can be logged, or answered as JSON to those who may know paths and hosts. */
export interface AuditHealth {
  /**
   * - `ok`: all works.
   * - `degraded`: something failed or comes to its end, and calls go on with what was promised: a sink that is retried,
   *   a disk with little room, with `onFailure: "continue"` entries that wait in memory. Look at it by day.
   * - `failing`: the guarantee cannot be kept now: calls are refused, or entries are lost. Wake somebody.
   */
  readonly status: "ok" | "degraded" | "failing";
  /**
   * Whether a call that began now would be refused: what a readiness check asks. With `onFailure: "continue"` only of a log that
   * is closed, also when `failing`: entries are lost then, and requests are answered.
   */
  readonly refusing: boolean;
  /** Why it is not `ok`, worst first. */
  readonly reasons: readonly HealthReason[];
  readonly guarantee: Guarantee;
  readonly onFailure: OnFailure;
  /** The real path of the journal; null without one. */
  readonly directory: string | null;
  /** When the log was opened: RFC 3339 in UTC, as all times here. */
  readonly openSince: string;
  /** Calls that are under way. */
  readonly callsRunning: number;
  readonly journal: RecorderStatus;
  /** Null without a journal. */
  readonly disk: DiskStatus | null;
  readonly sinks: readonly SinkStatus[];
}

/** Why an audit log is not well. */
export interface HealthReason {
  readonly part: "log" | "journal" | "disk" | "sink";
  /** A stable name: of an `AuditError`, or of a problem that `onProblem` is told of. */
  readonly code: string;
  /** In words; may name paths, hosts and what a sink said. */
  readonly message: string;
  /** Whether the guarantee cannot be kept for this. */
  readonly failing: boolean;
}
