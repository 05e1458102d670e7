import { type GenerationRecord, generationRecord } from "./generation-record.ts";

/** The record of a small completion that went well. What is not said of a call that nobody made is as in this one. */
const usual = generationRecord(
  {
    id: "gen-usual",
    createdAtMs: 0,
    model: "openai/gpt-5-mini",
    provider: "OpenAI",
    streamed: false,
    finishReason: "stop",
    nativeFinishReason: "stop",
    usage: {
      promptTokens: 10,
      completionTokens: 5,
      reasoningTokens: 0,
      cachedTokens: 0,
      isByok: false,
      costUsd: 0.0001,
      promptCostUsd: 0.00005,
      completionCostUsd: 0.00005,
      upstreamCostUsd: null,
    },
    stopsWhenCancelled: true,
    requester: { externalUser: null, sessionId: null, referer: null, userAgent: null },
    cacheSourceId: null,
  },
  { cancelled: false, sent: 1, latencyMs: 0, durationMs: 0 },
);

/** The record of a call that nobody made. What it cost is `usage` and `total_cost`: one of them says both. */
export function madeUpRecord(
  said: Pick<GenerationRecord, "id"> & Partial<GenerationRecord>,
  nowMs: number,
): GenerationRecord {
  const cost = said.total_cost ?? said.usage ?? usual.usage;
  const created_at = new Date(nowMs).toISOString();
  return { ...usual, created_at, provider_responses: [], usage: cost, total_cost: cost, ...said };
}
