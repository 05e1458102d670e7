import type { UsageForm } from "./behaviour.ts";
import { reasoningFields } from "./chat-answer.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import { contentBlocks } from "./content-blocks.ts";
import type { ErrorObject } from "./error-answer.ts";
import { keepAliveComments, type StreamPlan } from "./skin.ts";
import { streamEnding } from "./stream-ending.ts";

/** The events of a streamed answer, in order, each ending in its blank line: keep-alive comments first. */
export function chatStreamEvents(answer: ComposedAnswer, plan: StreamPlan): string[] {
  const chunk = (fields: object) =>
    `data: ${JSON.stringify({
      id: answer.id,
      provider: answer.provider,
      model: answer.model,
      object: "chat.completion.chunk",
      created: answer.createdSeconds,
      ...fields,
    })}\n\n`;
  const { failure } = plan;
  const deltas = contentDeltas(answer).map((delta) => chunk({ choices: [streamChoice(delta)] }));
  const content = failure ? deltas.slice(0, failure.afterContentChunks) : deltas;
  const ending = failure
    ? [chunk(failedFields(failure.error))]
    : endingFields(answer, plan.usageForm).map(chunk);
  return [
    ...keepAliveComments(plan.comments),
    ...(plan.upstreamBody ? [chunk({ choices: [], debug: { echo_upstream_body: plan.upstreamBody } })] : []),
    ...content,
    ...ending,
    ...(failure && !failure.done ? [] : ["data: [DONE]\n\n"]),
  ];
}

function streamChoice(delta: object, finishReason: string | null = null, native: string | null = null) {
  // The role is on every delta, not on the first one only.
  return {
    index: 0,
    delta: { role: "assistant", ...delta },
    finish_reason: finishReason,
    native_finish_reason: native,
    logprobs: null,
  };
}

function contentDeltas(answer: ComposedAnswer): object[] {
  return contentBlocks(answer).flatMap((block): object[] => {
    if (block.kind === "text") return block.pieces.map((content) => ({ content }));
    if (block.kind !== "tool_call")
      return block.pieces.map((text) => ({ content: "", ...reasoningFields(text) }));

    const { id, type, function: called } = block.call;
    const index = answer.completion.toolCalls.indexOf(block.call);
    const fragments = [
      { index, id, type, function: { name: called.name, arguments: "" } },
      ...block.pieces.map((text) => ({ index, type, function: { arguments: text } })),
    ];
    return fragments.map((fragment) => ({ content: null, tool_calls: [fragment] }));
  });
}

function endingFields(answer: ComposedAnswer, form: UsageForm): object[] {
  const { finishReason, nativeFinishReason } = answer.completion;
  const finish = streamChoice({ content: "" }, finishReason, nativeFinishReason);
  return streamEnding(answer, form, finish, streamChoice({ content: "" }));
}

function failedFields(error: ErrorObject): object {
  const { code, message, metadata } = error;
  const choice = { index: 0, delta: { content: "" }, finish_reason: "error", native_finish_reason: "error" };
  return { error: { code, message, metadata }, choices: [choice] };
}
