import { bodyId, type ComposedAnswer } from "../composed-answer.ts";
import type { ErrorObject } from "../error-answer.ts";
import { errorType } from "../skin.ts";
import type { Usage } from "../usage.ts";
import type { ResponsesRequest } from "./responses-request.ts";

/** What of a response changes while it is told. */
export interface ResponsesProgress {
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly output: readonly object[];
  readonly incomplete_details?: { readonly reason: "max_output_tokens" | "content_filter" } | null;
  readonly failure?: ErrorObject;
}

// OpenAI's codes are few: everything else is a `server_error`, and `error_type` tells what it was.
const codes: Readonly<Record<string, string>> = {
  rate_limit_exceeded: "rate_limit_exceeded",
  context_length_exceeded: "invalid_prompt",
  invalid_request: "invalid_prompt",
  content_policy_violation: "image_content_policy_violation",
};
const limits = ["context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded", "string_too_long"];

/** The `error` of a response that has failed. */
export function responsesError(error: ErrorObject) {
  return { code: codes[errorType(error)] ?? "server_error", message: error.message };
}

/** How a response ends. One that failed at a limit of length has succeeded, only not to its end. */
export function responsesEnd(
  { completion: { finishReason } }: ComposedAnswer,
  failure?: ErrorObject,
): Omit<ResponsesProgress, "output"> {
  const limited = failure ? limits.includes(errorType(failure)) : finishReason === "length";
  if (limited) return { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  if (failure) return { status: "failed", failure };
  if (finishReason === "content_filter")
    return { status: "incomplete", incomplete_details: { reason: "content_filter" } };
  if (finishReason === "error") return { status: "failed" };
  return { status: finishReason === null ? "incomplete" : "completed" };
}

/** A response as it stands: the request's settings, what has been told so far, and at its end the usage. */
export function responsesResult(answer: ComposedAnswer, progress: ResponsesProgress) {
  const { status, output, incomplete_details = null, failure } = progress;
  const asked = answer.asked as ResponsesRequest;
  const over = status !== "in_progress";
  return {
    id: bodyId("resp", answer),
    object: "response",
    created_at: answer.createdSeconds,
    completed_at: status === "completed" ? answer.createdSeconds : null,
    model: answer.model,
    status,
    output,
    error: failure ? responsesError(failure) : null,
    ...(failure && { error_type: errorType(failure) }),
    incomplete_details,
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    metadata: asked.metadata ?? {},
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: asked.reasoning ?? null,
    safety_identifier: asked.safety_identifier ?? null,
    service_tier: "default",
    store: false,
    background: false,
    temperature: asked.temperature ?? 1,
    top_p: asked.top_p ?? 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    text: asked.text ?? { format: { type: "text" } },
    tool_choice: asked.tool_choice ?? "auto",
    tools: (asked.tools ?? []).map((tool) => ({ parameters: null, ...tool })),
    truncation: "disabled",
    user: asked.user ?? null,
    usage: over && answer.usage ? responsesUsage(answer.usage) : null,
    ...(over && answer.routerMetadata !== undefined && { openrouter_metadata: answer.routerMetadata }),
  };
}

function responsesUsage(usage: Usage) {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: 0 },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.promptTokens + usage.completionTokens,
    cost: usage.costUsd,
    is_byok: usage.isByok,
    cost_details: {
      upstream_inference_cost: usage.upstreamCostUsd,
      upstream_inference_input_cost: usage.promptCostUsd,
      upstream_inference_output_cost: usage.completionCostUsd,
    },
  };
}
