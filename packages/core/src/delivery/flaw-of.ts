/** Four times as deep as anything this library writes; Google's definitions of JSON end at 32. */
const deepest = 24;

/**
 * Why no line can be written of an entry, or null. Nobody has verified what stands in a journal, and JSON can say what its
 * canonical form cannot: no place could keep the exact line of it, so that each would fail with it for ever.
 */
export function flawOf(value: unknown, depth = 0): string | null {
  if (typeof value === "string") return value.isWellFormed() ? null : "it has a lone surrogate";
  if (typeof value === "number") return Number.isFinite(value) ? null : "it has a number beyond all numbers";
  if (typeof value !== "object" || value === null) return null;
  if (depth === deepest) return `it is nested deeper than ${deepest}`;
  for (const name of Object.keys(value)) {
    const flaw = flawOf(name) ?? flawOf((value as Record<string, unknown>)[name], depth + 1);
    if (flaw !== null) return flaw;
  }
  return null;
}
