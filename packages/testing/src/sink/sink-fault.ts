import type { AuditEntry } from "@openrouter-audit/core";

/** What goes wrong with one write. The parts combine; without any the write goes through as it is. */
export interface SinkFault {
  /** How long the write takes before anything else, in milliseconds. Ends early when the signal aborts. @default 0 */
  readonly delayMs?: number;
  /**
   * The write does not end: until the signal aborts (then it rejects), or not even then, until
   * {@link FlakySink.release} lets it go on.
   */
  readonly hang?: "until_aborted" | "until_released";
  /** Why an entry is rejected for good, or null. The others of its batch are kept. */
  readonly reject?: (entry: AuditEntry) => string | null;
  /**
   * The write rejects: `before` anything is kept, `after` everything is (the acknowledgement is lost), or after so many
   * entries.
   */
  readonly fail?: "before" | "after" | number;
  /** What it rejects with when it fails. @default an Error of its own */
  readonly error?: Error;
}

/** One write as a script sees it. */
export interface ScriptedWrite {
  /** How many writes came before. */
  readonly index: number;
  readonly batch: readonly AuditEntry[];
}

/** Decides what goes wrong: one fault for each write in turn and none after the last, or a function that is asked. */
export type SinkScript = readonly SinkFault[] | ((write: ScriptedWrite) => SinkFault | undefined);
