import type { ComposedAnswer } from "./composed-answer.ts";
import type { ErrorObject } from "./error-answer.ts";
import { usageOnTheWire } from "./usage.ts";

/** The fields by which reasoning is shown, whole in a message or in part in a delta. */
export function reasoningFields(text: string) {
  return {
    reasoning: text,
    reasoning_details: [{ type: "reasoning.text", text, format: "unknown", index: 0 }],
  };
}

/** The body of an answer that is not streamed. With `failure` it reports that error beside what was said before it. */
export function chatResult(answer: ComposedAnswer, failure?: ErrorObject) {
  const { completion } = answer;
  const partial = completion.text?.slice(0, Math.ceil(completion.text.length / 2)) ?? "";
  const reasoning =
    answer.showReasoning && completion.reasoning
      ? reasoningFields(completion.reasoning)
      : { reasoning: null };
  return {
    id: answer.id,
    provider: answer.provider,
    model: answer.model,
    object: "chat.completion",
    created: answer.createdSeconds,
    choices: [
      {
        logprobs: null,
        finish_reason: failure ? "error" : completion.finishReason,
        native_finish_reason: failure ? "error" : completion.nativeFinishReason,
        index: 0,
        message: {
          role: "assistant",
          content: failure ? partial : completion.text,
          refusal: null,
          ...reasoning,
          annotations: [],
          ...(completion.toolCalls.length && !failure && { tool_calls: completion.toolCalls }),
        },
        ...(failure && { error: failure }),
      },
    ],
    system_fingerprint: null,
    service_tier: null,
    ...(answer.usage && { usage: usageOnTheWire(answer.usage) }),
    ...(answer.routerMetadata !== undefined && { openrouter_metadata: answer.routerMetadata }),
  };
}
