import { describeChat } from "../support/describe-chat.ts";

const success = {
  status: "success",
  response_complete: true,
  error_code: null,
  error_type: null,
  error_message: null,
  model_served: "openai/gpt-5-mini",
  provider: "OpenAI",
  finish_reason: "stop",
};
const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};
const usage = { promptTokens: 11, completionTokens: 22, reasoningTokens: 3, cachedTokens: 4, costUsd: 0.125 };
const used = {
  prompt_tokens: 11,
  completion_tokens: 22,
  total_tokens: 33,
  reasoning_tokens: 3,
  cached_tokens: 4,
  cache_write_tokens: 0,
  cost_usd: 0.125,
};

describeChat([
  {
    title: "a plain answer",
    use: "whole",
    behaviours: [{ usage }],
    entries: [{ ...success, ...used, time_to_first_token_ms: null, tools: { offered: [], called: [] } }],
  },
  {
    title: "a stream read to its end",
    use: "stream",
    behaviours: [{ usage }],
    entries: [{ ...success, ...used, time_to_first_token_ms: expect.any(Number) }],
  },
  {
    title: "an answer with tool calls",
    use: "whole",
    body: { tools: [weather] },
    behaviours: [{}],
    entries: [
      { ...success, finish_reason: "tool_calls", tools: { offered: ["weather"], called: ["weather"] } },
    ],
  },
  {
    title: "a stream with tool calls",
    use: "stream",
    body: { tools: [weather] },
    behaviours: [
      {
        toolCalls: [
          { name: "weather", arguments: { city: "Zürich" } },
          { name: "other", arguments: "" },
        ],
      },
    ],
    entries: [
      {
        ...success,
        finish_reason: "tool_calls",
        tools: { offered: ["weather"], called: ["weather", "other"] },
      },
    ],
  },
  {
    title: "an answer with reasoning",
    use: "whole",
    behaviours: [{ reasoning: "They want to know.", text: "Yes." }],
    entries: [{ ...success, reasoning_tokens: expect.any(Number) }],
  },
  {
    title: "a stream with reasoning",
    use: "stream",
    behaviours: [{ reasoning: "They want to know.", text: "Yes." }],
    entries: [success],
  },
  ...(["empty_choices", "empty_delta", "repeated_finish"] as const).map((usageForm) => ({
    title: `a stream whose usage comes in the form ${usageForm}`,
    use: "stream" as const,
    behaviours: [{ usage, usageForm }],
    entries: [{ ...success, ...used }],
  })),
  {
    title: "a stream without usage",
    use: "stream",
    behaviours: [{ usageForm: "none" }],
    entries: [{ ...success, prompt_tokens: null, total_tokens: null, cost_usd: null, is_byok: null }],
  },
  {
    title: "an answer paid with one's own key",
    use: "whole",
    behaviours: [{ usage: { isByok: true, costUsd: 0, upstreamCostUsd: 0.5 } }],
    entries: [{ ...success, is_byok: true, cost_usd: 0, upstream_cost_usd: 0.5 }],
  },
  {
    title: "an answer from the cache",
    use: "whole",
    behaviours: [{ cacheHit: true }],
    entries: [{ ...success, cache_status: "HIT", total_tokens: 0, cost_usd: 0 }],
  },
  {
    title: "a compressed answer",
    use: "whole",
    behaviours: [{ gzip: true }],
    entries: [success],
  },
  {
    title: "a compressed stream",
    use: "stream",
    behaviours: [{ gzip: true, chunkBytes: 7 }],
    entries: [success],
  },
  {
    title: "a stream cut inside characters and events",
    use: "stream",
    behaviours: [{ chunkBytes: [1, 2, 3, 5, 8, 13] }],
    entries: [success],
  },
  {
    title: "an answer cut into single bytes",
    use: "whole",
    behaviours: [{ chunkBytes: 1 }],
    entries: [success],
  },
  {
    title: "a slow answer",
    use: "stream",
    behaviours: [{ latencyMs: 20, chunkDelayMs: 2 }],
    entries: [success],
  },
  {
    title: "an answer that was cut at its length",
    use: "whole",
    behaviours: [{ finishReason: "length" }],
    entries: [{ ...success, finish_reason: "length" }],
  },
  {
    title: "another model than was asked for",
    use: "stream",
    body: { model: "openrouter/auto" },
    behaviours: [{ model: "anthropic/claude-haiku-4.5", provider: "Anthropic" }],
    entries: [{ ...success, model_served: "anthropic/claude-haiku-4.5", provider: "Anthropic" }],
  },
]);
