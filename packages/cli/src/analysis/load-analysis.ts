import type { Terminal } from "../terminal.ts";

export type Analysis = typeof import("@openrouter-audit/analysis");

/**
 * What answers questions, with its engine: loaded when it is needed, for most commands ask none. Where readings are recorded, each
 * question is, whichever command asks it.
 */
export async function loadAnalysis({ readings }: Pick<Terminal, "readings">): Promise<Analysis> {
  const analysis = await import("@openrouter-audit/analysis");
  return readings === null ? analysis : { ...analysis, ...analysis.recordedIn(readings) };
}
