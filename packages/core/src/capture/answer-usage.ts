import type { AnswerUsage } from "./endpoint.ts";
import { booleanOf, fieldsOf, integerOf, numberOf } from "./json-fields.ts";

export type { AnswerUsage };

/** OpenRouter's `usage` object in the words of the entry; what it does not say is null. */
export function usageOf(value: unknown): AnswerUsage {
  const usage = fieldsOf(value);
  const prompt = fieldsOf(usage.prompt_tokens_details);
  const completion = fieldsOf(usage.completion_tokens_details);
  return {
    prompt_tokens: integerOf(usage.prompt_tokens),
    completion_tokens: integerOf(usage.completion_tokens),
    total_tokens: integerOf(usage.total_tokens),
    cached_tokens: integerOf(prompt.cached_tokens),
    cache_write_tokens: integerOf(prompt.cache_write_tokens),
    reasoning_tokens: integerOf(completion.reasoning_tokens),
    cost_usd: numberOf(usage.cost),
    is_byok: booleanOf(usage.is_byok),
    upstream_cost_usd: numberOf(fieldsOf(usage.cost_details).upstream_inference_cost),
  };
}
