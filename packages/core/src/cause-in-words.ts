/**
 * What the system, or this library, says went wrong, without a full stop at its end: it stands in a sentence. What an
 * application throws may be anything: that is bounded first.
 */
export function causeInWords(cause: unknown): string {
  return withoutFullStop(cause instanceof Error ? cause.message : String(cause));
}

/** Dots that stand for what was left out stay. */
export function withoutFullStop(text: string): string {
  return text.replace(/(?<!\.)\.$/, "");
}
