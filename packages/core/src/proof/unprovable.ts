import type { LinePosition } from "../verify/verdict.ts";

/**
 * Why there is no proof:
 * - `NOT_FOUND`: no such entry or log;
 * - `NOT_COVERED`: no signature covers it, or the size asked for is not that of a signed line;
 * - `LINES_MISSING`: lines that are needed are in none of the files;
 * - `TAMPERED`: the log is not what was sealed;
 * - `UNDELEGATED`: another root key, or none, certified the log's key;
 * - `UNSUPPORTED`: the log has a newer seal.
 */
export type UnprovableReason =
  | "NOT_FOUND"
  | "NOT_COVERED"
  | "LINES_MISSING"
  | "TAMPERED"
  | "UNDELEGATED"
  | "UNSUPPORTED";

/** An entry that was wanted and has no proof. */
export interface UnprovenEntry {
  readonly log: string;
  readonly seq: number;
  readonly reason: UnprovableReason;
}

/** Why there is no proof, and where the journal says so. */
export interface Unprovable {
  readonly proven: false;
  readonly reason: UnprovableReason;
  readonly message: string;
  readonly at: LinePosition | null;
}

export function unprovable(
  reason: UnprovableReason,
  message: string,
  at: LinePosition | null = null,
): Unprovable {
  return { proven: false, reason, message, at };
}
