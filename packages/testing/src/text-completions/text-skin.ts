import type { ChatRequest } from "../chat-request.ts";
import { type ComposedAnswer } from "../composed-answer.ts";
import { contentBlocks } from "../content-blocks.ts";
import type { ErrorObject } from "../error-answer.ts";
import { keepAliveComments, type Skin, type StreamPlan } from "../skin.ts";
import { streamEnding } from "../stream-ending.ts";
import { usageOnTheWire } from "../usage.ts";

/** Legacy completions: a `prompt` instead of messages, a `text` instead of a message, and no tools. */
export const textSkin: Skin = {
  complaintAbout(body) {
    if (typeof body !== "object" || body === null || Array.isArray(body))
      return "Invalid JSON in request body";
    const { prompt, model, models } = body as Record<string, unknown>;
    if (prompt === undefined) return 'Input required: specify "prompt" or "messages"';
    if (typeof prompt !== "string") return "prompt: expected text";
    if (model !== undefined && typeof model !== "string") return "model: expected text";
    if (models !== undefined && !Array.isArray(models)) return "models: expected a list of model ids";
    return undefined;
  },
  read(body) {
    const { prompt, ...others } = body as ChatRequest & { readonly prompt: string };
    return { ...others, tools: null, messages: [{ role: "user", content: prompt }] };
  },
  whole: textResult,
  events: textEvents,
  errorBody: (body) => body,
};

const aboutAnswer = ({ id, provider, model, createdSeconds }: ComposedAnswer) => ({
  id,
  provider,
  model,
  object: "text_completion",
  created: createdSeconds,
});

const choice = (text: string, finishReason: string | null = null, native: string | null = null) => ({
  logprobs: null,
  finish_reason: finishReason,
  native_finish_reason: native,
  index: 0,
  text,
});

function textResult(answer: ComposedAnswer, failure?: ErrorObject) {
  const { text, reasoning, finishReason, nativeFinishReason } = answer.completion;
  const whole = text ?? "";
  const told = failure
    ? { ...choice(whole.slice(0, Math.ceil(whole.length / 2)), "error", "error"), error: failure }
    : choice(whole, finishReason, nativeFinishReason);
  return {
    ...aboutAnswer(answer),
    choices: [{ ...told, reasoning: answer.showReasoning ? reasoning : null }],
    system_fingerprint: null,
    ...(answer.usage && { usage: usageOnTheWire(answer.usage) }),
    ...(answer.routerMetadata !== undefined && { openrouter_metadata: answer.routerMetadata }),
  };
}

function textEvents(answer: ComposedAnswer, { comments, usageForm, failure }: StreamPlan): string[] {
  const chunk = (fields: object) => `data: ${JSON.stringify({ ...aboutAnswer(answer), ...fields })}\n\n`;
  const limit = failure ? failure.afterContentChunks : Number.POSITIVE_INFINITY;
  const content = contentBlocks(answer, limit).flatMap(({ kind, pieces }) => {
    if (kind === "tool_call") return [];
    return pieces.map((piece) => (kind === "text" ? choice(piece) : { ...choice(""), reasoning: piece }));
  });
  const { finishReason, nativeFinishReason } = answer.completion;
  const finish = choice("", finishReason, nativeFinishReason);
  return [
    ...keepAliveComments(comments),
    ...content.map((told) => chunk({ choices: [told] })),
    ...(failure
      ? [chunk(failedFields(failure.error))]
      : streamEnding(answer, usageForm, finish, choice("")).map(chunk)),
    ...(failure && !failure.done ? [] : ["data: [DONE]\n\n"]),
  ];
}

function failedFields({ code, message, metadata }: ErrorObject): object {
  return { error: { code, message, metadata }, choices: [choice("", "error", "error")] };
}
