import type { UsageDetails } from "../../entry/entry.ts";
import type { AnswerUsage } from "./endpoint.ts";
import { booleanOf, type Fields, fieldsOf, integerOf, numberOf } from "./json-fields.ts";

export type { AnswerUsage };

/** OpenRouter's `usage` object in the words of the entry; what it does not say is null. */
export function usageOf(value: unknown): AnswerUsage {
  const usage = fieldsOf(value);
  const prompt = fieldsOf(usage.prompt_tokens_details);
  const completion = fieldsOf(usage.completion_tokens_details);
  // The pages call it both; Anthropic has a third count in the shorter one.
  const tools = usage.server_tool_use
    ? { ...fieldsOf(usage.server_tool_use), ...fieldsOf(usage.server_tool_use_details) }
    : fieldsOf(usage.server_tool_use_details);
  const costs = fieldsOf(usage.cost_details);
  return {
    prompt_tokens: integerOf(usage.prompt_tokens),
    completion_tokens: integerOf(usage.completion_tokens),
    total_tokens: integerOf(usage.total_tokens),
    cached_tokens: integerOf(prompt.cached_tokens),
    cache_write_tokens: integerOf(prompt.cache_write_tokens),
    reasoning_tokens: integerOf(completion.reasoning_tokens),
    usage_details: detailsOf({
      accepted_prediction_tokens: completion.accepted_prediction_tokens,
      cache_write_1h_tokens: prompt.cache_write_1h_tokens,
      cache_write_5m_tokens: prompt.cache_write_5m_tokens,
      completion_audio_tokens: completion.audio_tokens,
      completion_image_tokens: completion.image_tokens,
      prompt_audio_tokens: prompt.audio_tokens,
      prompt_file_tokens: prompt.file_tokens,
      prompt_image_tokens: prompt.image_tokens,
      prompt_video_tokens: prompt.video_tokens,
      rejected_prediction_tokens: completion.rejected_prediction_tokens,
      search_units: usage.search_units,
      seconds: usage.seconds,
      server_tool_cost_usd: costs.server_tool_cost,
      tool_calls_executed: tools.tool_calls_executed,
      tool_calls_requested: tools.tool_calls_requested,
      upstream_completion_cost_usd:
        costs.upstream_inference_completions_cost ?? costs.upstream_inference_output_cost,
      upstream_prompt_cost_usd: costs.upstream_inference_prompt_cost ?? costs.upstream_inference_input_cost,
      web_fetch_requests: tools.web_fetch_requests,
      web_search_requests: tools.web_search_requests,
    }),
    cost_usd: numberOf(usage.cost),
    is_byok: booleanOf(usage.is_byok),
    upstream_cost_usd: numberOf(costs.upstream_inference_cost),
  };
}

/** The counts and costs that are not 0; null when there are none. */
function detailsOf(counts: Fields): UsageDetails | null {
  let details: Record<string, number> | null = null;
  for (const name in counts) {
    const count = numberOf(counts[name]);
    if (!count) continue;
    details ??= {};
    details[name] = count;
  }
  return details;
}
