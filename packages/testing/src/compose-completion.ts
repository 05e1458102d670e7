import type { Completion } from "./behaviour.ts";
import { type ChatRequest, lastUserText, messageText } from "./chat-request.ts";
import { composeToolCalls, type ToolCall } from "./compose-tool-calls.ts";
import type { CatalogueModel } from "./model-catalogue.ts";
import { sampleSchema } from "./sample-schema.ts";
import { tokenize } from "./tokenize.ts";

/** What the model says to one request. */
export interface ComposedCompletion {
  readonly text: string | null;
  readonly reasoning: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | null;
  readonly nativeFinishReason: string | null;
}

/** Decides what the model says: as scripted, and where nothing is scripted the same answer to the same request. */
export function composeCompletion(
  request: ChatRequest,
  model: CatalogueModel,
  scripted: Completion,
): ComposedCompletion {
  const toolCalls = composeToolCalls(request, scripted);
  const whole = scripted.text ?? (toolCalls.length ? null : composeText(request));
  const limit = request.max_completion_tokens ?? request.max_tokens;
  // A scripted text is said as it stands: only what we make up bends to the request's limit.
  const tokens = whole === null || scripted.text !== undefined || !limit ? [] : tokenize(whole);
  const cut = limit ? tokens.length > limit : false;

  const usual = toolCalls.length ? "tool_calls" : cut ? "length" : "stop";
  const finishReason = scripted.finishReason === undefined ? usual : scripted.finishReason;
  return {
    text: cut ? tokens.slice(0, limit ?? undefined).join("") : whole,
    reasoning: scripted.reasoning ?? composeReasoning(request, model),
    toolCalls,
    finishReason,
    nativeFinishReason:
      scripted.nativeFinishReason === undefined ? native(finishReason, model) : scripted.nativeFinishReason,
  };
}

function composeText(request: ChatRequest): string {
  const last = request.messages.at(-1);
  const asked = lastUserText(request);
  if (request.response_format?.type === "json_schema") {
    return JSON.stringify(sampleSchema(request.response_format.json_schema?.schema, asked));
  }
  if (request.response_format?.type === "json_object") return JSON.stringify({ answer: asked });
  if (last?.role === "tool") return `The tool answered: ${messageText(last)}`;
  return asked ? `Hello! You said: ${asked}` : "Hello! How can I help you today?";
}

function composeReasoning(request: ChatRequest, model: CatalogueModel): string | null {
  const { reasoning, reasoning_effort: effort = reasoning?.effort, include_reasoning: include } = request;
  const wanted = reasoning ? reasoning.enabled !== false : Boolean(effort ?? include);
  if (!model.reasons || !wanted || effort === "none") return null;
  return `The user wrote ${lastUserText(request).length} characters. I will greet them and repeat what they said.`;
}

function native(finishReason: string | null, model: CatalogueModel): string | null {
  if (finishReason === null) return null;
  return model.native[finishReason as keyof CatalogueModel["native"]] ?? finishReason;
}
