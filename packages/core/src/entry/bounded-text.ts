import { redactText } from "../privacy/redact.ts";
import { toWellFormed } from "../seal/canonical-json.ts";

/**
 * A text from outside, fit to be sealed: well-formed, secrets masked, at most `limit` characters. What is not a
 * non-empty string is null.
 */
export function boundedText(value: unknown, limit = 256): string | null {
  if (typeof value !== "string" || value === "") return null;
  // Masking sees more than is kept, so that a secret across the cut is not left half visible.
  const text = redactText(toWellFormed(value.slice(0, limit * 2)));
  return text.length > limit ? `${toWellFormed(text.slice(0, limit))}\u2026[truncated]` : text;
}
