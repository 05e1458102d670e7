import type { AuditError } from "../audit-error.ts";

/** Brings entries to the sinks. */
export interface Delivery {
  /** Why a required sink takes nothing at present, or null. */
  readonly failure: AuditError | null;
  /**
   * Resolves when every required sink has what is kept by now.
   *
   * @param untilFailure whether not to wait any longer once there is a {@link failure}
   * @throws AuditError `SINK_UNAVAILABLE` when the time is up
   */
  reached(timeoutMs: number, options?: { readonly untilFailure?: boolean }): Promise<void>;
  /** Resolves when every sink has what is kept by now. @throws AuditError `SINK_UNAVAILABLE` when the time is up */
  flush(timeoutMs: number): Promise<void>;
  /** Delivers what is left as long as there is time, then closes the sinks. Never rejects. */
  close(timeoutMs: number): Promise<void>;
  status(): readonly SinkStatus[];
}

/** How the delivery to one sink is. */
export interface SinkStatus {
  readonly name: string;
  readonly required: boolean;
  /**
   * `delivering`, or `idle` when everything is delivered; `retrying` after a failure; `hanging` when a write does not end
   * though its time is up; `elsewhere` when another process delivers for this journal.
   */
  readonly state: "delivering" | "idle" | "retrying" | "hanging" | "elsewhere";
  /** Entries delivered since this process began; `openrouter-audit delivery` counts since the sink was new. */
  readonly delivered: number;
  /** Entries set aside since this process began. */
  readonly rejected: number;
  /** What is not delivered: bytes of the journal, or without one of memory; and how old the oldest of it is. */
  readonly lag: { readonly bytes: number; readonly ms: number };
  /** How many writes in a row have failed. */
  readonly failures: number;
  readonly lastError: string | null;
  readonly lastDeliveredAt: string | null;
}
