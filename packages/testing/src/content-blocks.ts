import type { ToolCall } from "./compose-tool-calls.ts";
import type { ComposedAnswer } from "./composed-answer.ts";
import { tokenize } from "./tokenize.ts";

interface Told {
  /** What a stream tells at a time. */
  readonly pieces: readonly string[];
  /** `false` for a block that a failure has cut short. */
  readonly complete: boolean;
}

interface TextBlock extends Told {
  readonly kind: "reasoning" | "text";
}

interface ToolCallBlock extends Told {
  readonly kind: "tool_call";
  readonly call: ToolCall;
}

/** One part of an answer's content. */
export type ContentBlock = TextBlock | ToolCallBlock;

// Small enough that the arguments of every tool call come in several fragments.
const argumentFragment = /[\s\S]{1,12}/g;

/** What an answer shows, in order: reasoning, text, tool calls; no more than `limit` pieces of it. */
export function contentBlocks(
  { completion, showReasoning }: ComposedAnswer,
  limit = Number.POSITIVE_INFINITY,
): ContentBlock[] {
  const whole: ContentBlock[] = [];
  if (showReasoning && completion.reasoning)
    whole.push({ kind: "reasoning", pieces: tokenize(completion.reasoning), complete: true });
  if (completion.text !== null)
    whole.push({ kind: "text", pieces: tokenize(completion.text), complete: true });
  for (const call of completion.toolCalls) {
    const pieces = call.function.arguments.match(argumentFragment) ?? [];
    whole.push({ kind: "tool_call", call, pieces, complete: true });
  }

  const kept: ContentBlock[] = [];
  let left = limit;
  for (const block of whole) {
    if (left <= 0) break;
    const complete = block.pieces.length <= left;
    kept.push(complete ? block : { ...block, pieces: block.pieces.slice(0, left), complete });
    left -= block.pieces.length;
  }
  return kept;
}

/** The blocks of an answer that fails half-way. */
export function halfOfBlocks(answer: ComposedAnswer): ContentBlock[] {
  const count = contentBlocks(answer).reduce((sum, { pieces }) => sum + pieces.length, 0);
  return contentBlocks(answer, Math.ceil(count / 2));
}
