import { hasLoneSurrogate } from "../seal/canonical-json.ts";

/** Four times as deep as anything this library writes; Google's definitions of JSON end at 32. */
const deepest = 24;

/**
 * Why no line can be written of an entry, or null. Nobody has verified what stands in a journal, and JSON can say what its
 * canonical form cannot: no place could keep the exact line of it, so that each would fail with it for ever.
 *
 * @param line that the entry was read from
 */
export function flawOf(entry: object, line: Buffer): string | null {
  const flaw = flawIn(entry, 0);
  // A lone surrogate is always written as an escape, and few lines have any.
  if (flaw !== null || !line.includes("\\u")) return flaw;
  return hasLoneSurrogate(JSON.stringify(entry)) ? "it has a lone surrogate" : null;
}

function flawIn(value: object, depth: number): string | null {
  if (depth === deepest) return `it is nested deeper than ${deepest}`;
  for (const member of Object.values(value)) {
    if (typeof member === "number" && !Number.isFinite(member)) return "it has a number beyond all numbers";
    const flaw = typeof member === "object" && member !== null ? flawIn(member, depth + 1) : null;
    if (flaw !== null) return flaw;
  }
  return null;
}
