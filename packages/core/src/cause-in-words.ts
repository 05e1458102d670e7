/** What the system, or this library, says went wrong. What an application throws may be anything: that is bounded first. */
export function causeInWords(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
