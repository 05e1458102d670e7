import { type ChatRequest, messageText } from "./chat-request.ts";
import type { ComposedCompletion } from "./compose-completion.ts";
import { tokenize } from "./tokenize.ts";

const imageTokens = 85;

/** Tokens of the whole prompt: every message with its overhead, images, tool calls and the offered tools. */
export function countPrompt({ messages, tools }: ChatRequest): number {
  let count = 3;
  for (const message of messages) {
    const parts = Array.isArray(message.content) ? message.content : [];
    const images = parts.filter((part) => part.type !== "text").length;
    count += 3 + tokenize(messageText(message)).length + images * imageTokens;
    if (message.tool_calls) count += tokenize(JSON.stringify(message.tool_calls)).length;
  }
  return tools?.length ? count + tokenize(JSON.stringify(tools)).length : count;
}

/** Tokens of an answer: its text, its tool calls and its reasoning, which is paid for even when it is not shown. */
export function countCompletion({ text, reasoning, toolCalls }: ComposedCompletion) {
  const reasoningTokens = tokenize(reasoning ?? "").length;
  const called = toolCalls.map(({ function: { name, arguments: given } }) => tokenize(name + given).length);
  const visible = tokenize(text ?? "").length + called.reduce((sum, count) => sum + count, 0);
  return { completionTokens: visible + reasoningTokens, reasoningTokens };
}
