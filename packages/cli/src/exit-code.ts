/** What the shell is told. `problem` and `incomplete` are answers; `unusable` means there was none. */
export const exitCode = {
  fine: 0,
  /**
   * verify: tampered; anchor: contradicted; verify-proof: not proven; prove, prove-consistency: no proof; check, keys,
   * delivery: something has to be put right; report: something of --fail-on was found, or the log is tampered with; init, keys rotate: refused.
   */
  problem: 1,
  /** verify; anchor: some place did not keep it; delivery: a sink is behind. */
  incomplete: 2,
  /** Nothing could be read, or the command was not understood. */
  unusable: 3,
} as const;

/** Ends a command with {@link exitCode.unusable} and a message for the person who typed it. */
export class UnusableError extends Error {
  override readonly name = "UnusableError";
}
