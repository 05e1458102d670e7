import { bodyId, type ComposedAnswer } from "../composed-answer.ts";
import type { Usage } from "../usage.ts";

const stopReasons: Readonly<Record<string, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

/** Why the model stopped, in Anthropic's words. */
export function stopReason({ completion: { finishReason } }: ComposedAnswer): string | null {
  return finishReason === null ? null : (stopReasons[finishReason] ?? null);
}

/** A message as it stands: at the start of a stream it has neither content nor stop reason. */
export function message(answer: ComposedAnswer, content: readonly object[], usage: object | null) {
  return {
    id: bodyId("msg", answer),
    type: "message",
    role: "assistant",
    container: null,
    content,
    model: answer.model,
    provider: answer.provider,
    stop_reason: null as string | null,
    stop_sequence: null,
    stop_details: null,
    diagnostics: null,
    ...(usage && { usage }),
  };
}

/** Counts of which nothing is known yet, as a stream begins. */
export const usageAtStart = tokenCounts({
  promptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  cachedTokens: 0,
});

/** Anthropic's counts, where cached input is counted apart from the rest, and OpenRouter's cost. */
export function messagesUsage(usage: Usage) {
  return {
    ...tokenCounts(usage),
    cost: usage.costUsd,
    is_byok: usage.isByok,
    cost_details: {
      upstream_inference_cost: usage.upstreamCostUsd,
      upstream_inference_prompt_cost: usage.promptCostUsd,
      upstream_inference_completions_cost: usage.completionCostUsd,
    },
  };
}

type Counts = Pick<Usage, "promptTokens" | "completionTokens" | "reasoningTokens" | "cachedTokens">;

function tokenCounts({ promptTokens, completionTokens, reasoningTokens, cachedTokens }: Counts) {
  return {
    input_tokens: Math.max(0, promptTokens - cachedTokens),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    cache_creation: null,
    output_tokens: completionTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
    server_tool_use: null,
    service_tier: "standard",
    speed: "standard",
    inference_geo: null,
  };
}
