export type Analysis = typeof import("@openrouter-audit/analysis");

/** What answers questions, with its engine: loaded when it is needed, for most commands ask none. */
export async function loadAnalysis(_terminal?: unknown): Promise<Analysis> {
  return import("@openrouter-audit/analysis");
}
