import { redactText } from "../privacy/redact.ts";
import { toWellFormed } from "../seal/canonical-json.ts";

// Longer than what is left of any secret that is masked only when it is whole.
const margin = 256;

/**
 * A text from outside, fit to be sealed: well-formed, secrets masked, at most `limit` characters. What is not a
 * non-empty string is null.
 */
export function boundedText(value: unknown, limit = 256): string | null {
  if (typeof value !== "string" || value === "") return null;
  // Masking sees more than is kept, so that a secret across the cut is not left half visible; and what was masked may
  // have moved the end of what it saw into what is kept.
  const seen = value.slice(0, limit * 2 + margin);
  const text = redactText(toWellFormed(seen));
  const cut = seen.length < value.length;
  if (!cut && text.length <= limit) return text;
  const kept = cut ? Math.min(limit, Math.max(0, text.length - margin)) : limit;
  return `${toWellFormed(text.slice(0, kept))}\u2026[truncated]`;
}
