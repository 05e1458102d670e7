import type { UsageForm } from "./behaviour.ts";
import { type ChatAnswer, reasoningFields } from "./chat-answer.ts";
import type { ErrorObject } from "./error-answer.ts";
import { tokenize } from "./tokenize.ts";
import { usageOnTheWire } from "./usage.ts";

/** How a stream is to be told. */
export interface StreamPlan {
  readonly comments: number;
  readonly usageForm: UsageForm;
  readonly failure?: {
    readonly error: ErrorObject;
    readonly afterContentChunks: number;
    readonly done: boolean;
  };
  /** The request as the provider gets it, for a request that asked to see it. */
  readonly upstreamBody?: unknown;
}

// Small enough that the arguments of every tool call come in several fragments.
const argumentFragment = /[\s\S]{1,12}/g;

/** The events of a streamed answer, in order, each ending in its blank line: keep-alive comments first. */
export function chatStreamEvents(answer: ChatAnswer, plan: StreamPlan): string[] {
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
    ...Array.from({ length: plan.comments }, () => ": OPENROUTER PROCESSING\n\n"),
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

function contentDeltas({ completion, showReasoning }: ChatAnswer): object[] {
  const reasoning = showReasoning ? tokenize(completion.reasoning ?? "") : [];
  const fragments = completion.toolCalls.flatMap(({ id, type, function: called }, index) => [
    { index, id, type, function: { name: called.name, arguments: "" } },
    ...(called.arguments.match(argumentFragment) ?? []).map((text) => ({
      index,
      type,
      function: { arguments: text },
    })),
  ]);
  return [
    ...reasoning.map((text) => ({ content: "", ...reasoningFields(text) })),
    ...tokenize(completion.text ?? "").map((content) => ({ content })),
    ...fragments.map((fragment) => ({ content: null, tool_calls: [fragment] })),
  ];
}

function endingFields({ completion, usage, routerMetadata }: ChatAnswer, form: UsageForm): object[] {
  const finish = streamChoice({ content: "" }, completion.finishReason, completion.nativeFinishReason);
  const metadata = routerMetadata === undefined ? {} : { openrouter_metadata: routerMetadata };
  if (!usage || form === "none") return [{ choices: [finish], ...metadata }];

  const choices = {
    empty_choices: [],
    empty_delta: [streamChoice({ content: "" })],
    repeated_finish: [finish],
  }[form];
  return [{ choices: [finish] }, { choices, usage: usageOnTheWire(usage), ...metadata }];
}

function failedFields(error: ErrorObject): object {
  const { code, message, metadata } = error;
  const choice = { index: 0, delta: { content: "" }, finish_reason: "error", native_finish_reason: "error" };
  return { error: { code, message, metadata }, choices: [choice] };
}
