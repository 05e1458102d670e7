import type { Completion, ScriptedToolCall } from "./behaviour.ts";
import { type ChatRequest, type ChatTool, lastUserText } from "./chat-request.ts";
import { sampleSchema } from "./sample-schema.ts";

/** A tool call as a whole message carries it. */
export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** The tools the model calls: those scripted, else one of those offered, unless the request ends with a tool's result. */
export function composeToolCalls(request: ChatRequest, scripted: Completion): ToolCall[] {
  if (scripted.toolCalls) return scripted.toolCalls.map((call, index) => toolCall(request, call, index));
  if (scripted.text !== undefined) return [];

  const tool = chosenTool(request);
  if (!tool?.function) return [];
  const { name, parameters } = tool.function;
  const given = sampleSchema(parameters ?? { type: "object" }, lastUserText(request));
  return [toolCall(request, { name, arguments: JSON.stringify(given) }, 0)];
}

function chosenTool({ messages, tools, tool_choice: choice }: ChatRequest): ChatTool | undefined {
  const offered = (tools ?? []).filter((tool) => tool.type === "function");
  if (choice === "none") return undefined;
  if (choice && typeof choice === "object")
    return offered.find((tool) => tool.function?.name === choice.function?.name);
  return messages.at(-1)?.role === "tool" ? undefined : offered[0];
}

function toolCall(request: ChatRequest, scripted: ScriptedToolCall, index: number): ToolCall {
  const { name, arguments: given } = scripted;
  // The number of messages keeps the ids of a conversation's later turns apart from those of its earlier ones.
  const number = request.messages.length * 100 + index;
  return {
    id: scripted.id ?? `call_${String(number).padStart(24, "0")}`,
    type: "function",
    function: { name, arguments: typeof given === "string" ? given : JSON.stringify(given) },
  };
}
