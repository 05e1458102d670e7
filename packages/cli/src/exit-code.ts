import type { VerificationResult } from "@openrouter-audit/core";

/** What the shell is told. `problem` and `incomplete` are answers; `unusable` means there was none. */
export const exitCode = {
  fine: 0,
  /**
   * verify, export, archive: tampered; anchor: contradicted; verify-proof: not proven; prove, prove-consistency: no proof; check, keys,
   * delivery: something has to be put right; report: something of --fail-on was found, or the log is tampered with; reconcile: something
   * differs; init, keys rotate, hold, retain, archive upload, postgres: refused.
   */
  problem: 1,
  /**
   * verify, export, archive verify; anchor: some place did not keep it; delivery: a sink is behind; retain, archive upload: something failed, and
   * is tried again by the next run; reconcile: not all could be compared.
   */
  incomplete: 2,
  /** Nothing could be read, or the command was not understood. */
  unusable: 3,
} as const;

/** What the shell is told of a verification. */
export const codeOfResult: Readonly<Record<VerificationResult, number>> = {
  intact: exitCode.fine,
  tampered: exitCode.problem,
  incomplete: exitCode.incomplete,
};

/** Ends a command with {@link exitCode.unusable} and a message for the person who typed it. */
export class UnusableError extends Error {
  override readonly name = "UnusableError";
}
