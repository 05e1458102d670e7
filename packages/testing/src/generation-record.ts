import type { Requester } from "./requester.ts";
import type { Usage } from "./usage.ts";

/** OpenRouter's names for the kinds of inference. */
export type ApiType = "completions" | "embeddings" | "rerank" | "tts" | "stt" | "video" | "image";

/** What the server knows of one generation when its answer begins. */
export interface GenerationFacts {
  readonly id: string;
  /** @default "completions" */
  readonly apiType?: ApiType;
  readonly createdAtMs: number;
  readonly model: string;
  readonly provider: string;
  readonly streamed: boolean;
  readonly finishReason: string | null;
  readonly nativeFinishReason: string | null;
  readonly usage: Usage;
  readonly stopsWhenCancelled: boolean;
  readonly requester: Requester;
  readonly cacheSourceId: string | null;
  /** What is counted beside tokens. @default nothing */
  readonly counts?: MediaCounts;
}

/** Images, videos and recordings in a request and in its answer. */
export interface MediaCounts {
  readonly promptAudio?: number;
  readonly completionMedia?: number;
  readonly completionImageTokens?: number;
}

/** How the answer ended. */
export interface GenerationEnd {
  readonly cancelled: boolean;
  /** The part of the answer that was sent, from 0 to 1. */
  readonly sent: number;
  readonly latencyMs: number;
  readonly durationMs: number;
}

/** The `data` of `GET /generation`: OpenRouter's own account of one call, with its names. Money is in US dollars, times in milliseconds. */
export type GenerationRecord = ReturnType<typeof generationRecord>;

/** Writes down one generation. Of a cancelled stream only the part sent is charged, if its provider stops when told to. */
export function generationRecord(facts: GenerationFacts, end: GenerationEnd) {
  const { usage } = facts;
  const done = end.cancelled && facts.stopsWhenCancelled ? end.sent : 1;
  const completionTokens = Math.ceil(usage.completionTokens * done);
  const unspent =
    usage.completionCostUsd * (1 - (usage.completionTokens ? completionTokens / usage.completionTokens : 1));
  const cost = usage.isByok ? usage.costUsd : Number(Math.max(0, usage.costUsd - unspent).toFixed(10));
  return {
    id: facts.id,
    request_id: facts.id.replace(/^gen-/, "req-"),
    upstream_id: `chatcmpl-${facts.id.slice(-20)}`,
    api_type: facts.apiType ?? "completions",
    created_at: new Date(facts.createdAtMs).toISOString(),
    model: facts.model,
    provider_name: facts.provider,
    router: null,
    preset_id: null,
    session_id: facts.requester.sessionId,
    external_user: facts.requester.externalUser,
    workspace_id: null,
    app_id: null,
    origin: facts.requester.referer ?? "",
    http_referer: facts.requester.referer,
    user_agent: facts.requester.userAgent,
    data_region: "global",
    streamed: facts.streamed,
    cancelled: end.cancelled,
    finish_reason: end.cancelled ? null : facts.finishReason,
    native_finish_reason: end.cancelled ? null : facts.nativeFinishReason,
    tokens_prompt: usage.promptTokens,
    tokens_completion: completionTokens,
    native_tokens_prompt: usage.promptTokens,
    native_tokens_completion: completionTokens,
    native_tokens_completion_images: facts.counts?.completionImageTokens ?? 0,
    native_tokens_reasoning: Math.min(usage.reasoningTokens, completionTokens),
    native_tokens_cached: usage.cachedTokens,
    num_media_prompt: null,
    num_media_completion: facts.counts?.completionMedia ?? null,
    num_input_audio_prompt: facts.counts?.promptAudio ?? null,
    num_search_results: null,
    num_fetches: null,
    web_search_engine: null,
    usage: cost,
    total_cost: cost,
    upstream_inference_cost: usage.isByok ? usage.upstreamCostUsd : 0,
    cache_discount: null,
    is_byok: usage.isByok,
    service_tier: null,
    latency: end.latencyMs,
    generation_time: end.durationMs,
    moderation_latency: null,
    response_cache_source_id: facts.cacheSourceId,
    provider_responses: [
      {
        endpoint_id: `endpoint-${facts.provider.toLowerCase()}`,
        id: `chatcmpl-${facts.id.slice(-20)}`,
        is_byok: usage.isByok,
        latency: end.latencyMs,
        model_permaslug: facts.model,
        provider_name: facts.provider,
        status: 200,
      },
    ],
  };
}
