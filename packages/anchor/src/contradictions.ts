import type { JournalVerification, Verdict } from "@openrouter-audit/core";

/** A log that is not what was anchored of it, or not what was sealed. */
export interface Contradiction {
  readonly log: string;
  /** The first verdict that says so. */
  readonly verdict: Verdict;
  readonly message: string;
}

/** Each log that contradicts, once. */
export function contradictionsIn({ problems }: JournalVerification): Contradiction[] {
  const found = new Map<string, Contradiction>();
  for (const { log, verdict, result, message } of problems) {
    if (log !== null && result === "tampered" && !found.has(log)) found.set(log, { log, verdict, message });
  }
  return [...found.values()];
}
