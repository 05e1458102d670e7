import type { AuditConfig } from "../config.ts";
import type { SinkStatus } from "../delivery/delivery.ts";
import type { Guarantee, OnFailure } from "../guarantee/recording.ts";
import type { DiskStatus } from "../journal/disk-watch.ts";
import type { OpenedLog } from "../opened-log.ts";
import type { RecorderStatus } from "../recorder.ts";
import { type HealthReason, reasonsOf } from "./reasons.ts";

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

/** What is looked at to say how a log is. */
export interface Observed extends Omit<AuditHealth, "status" | "refusing" | "reasons"> {
  /** What a call that began now would be refused with. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** What is to be said of the disk; null when it has room. */
  readonly littleRoom: string | null;
  /** What may wait in memory. */
  readonly buffer: { readonly entries: number; readonly bytes: number };
}

/** What the parts of a log say of themselves. */
export function partsSeen(
  { guarantee, onFailure, buffer, journal }: AuditConfig,
  { recorder, delivery, disk, directory }: OpenedLog,
): Omit<Observed, "openSince" | "callsRunning" | "refusal"> {
  return {
    guarantee,
    onFailure,
    directory: journal ? directory : null,
    journal: recorder.status(),
    disk: disk?.status() ?? null,
    sinks: delivery?.status() ?? [],
    littleRoom: disk?.little ?? null,
    buffer,
  };
}

/** Says how a log is. Looks at numbers that are there already: it may be asked for as often as one likes. */
export function healthOf({ refusal, littleRoom, buffer, ...seen }: Observed): AuditHealth {
  const reasons = reasonsOf({ refusal, littleRoom, buffer, ...seen });
  const failing = reasons.some((reason) => reason.failing);
  const status = failing ? "failing" : reasons.length > 0 ? "degraded" : "ok";
  return { status, refusing: refusal !== null, reasons, ...seen };
}
