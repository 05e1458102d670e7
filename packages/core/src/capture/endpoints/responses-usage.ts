import { usageOf } from "./answer-usage.ts";
import type { AnswerUsage } from "./endpoint.ts";
import { fieldsOf } from "./json-fields.ts";

/** The `usage` of a response: that of a chat completion under other names. */
export function responsesUsageOf(value: unknown): AnswerUsage {
  const usage = fieldsOf(value);
  return usageOf({
    ...usage,
    prompt_tokens: usage.input_tokens,
    prompt_tokens_details: usage.input_tokens_details,
    completion_tokens: usage.output_tokens,
    completion_tokens_details: usage.output_tokens_details,
  });
}
