import { bodyId, type ComposedAnswer } from "../composed-answer.ts";
import type { ContentBlock } from "../content-blocks.ts";

/** How far an item of `output` has come. */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

const prefixes = { reasoning: "rs", text: "msg", tool_call: "fc" } as const;

/** The id of the item at a place of `output`. */
export const itemId = ({ kind }: ContentBlock, place: number, answer: ComposedAnswer) =>
  `${bodyId(prefixes[kind], answer)}-${place}`;

/** The content part that holds the text of reasoning or of a message. */
export function contentPart(kind: "reasoning" | "text", text: string) {
  return kind === "reasoning"
    ? { type: "reasoning_text", text }
    : { type: "output_text", text, annotations: [], logprobs: [] };
}

/** An item of `output` with what of it has been told: nothing of one that has only begun. */
export function outputItem(block: ContentBlock, place: number, answer: ComposedAnswer, status: ItemStatus) {
  const about = { id: itemId(block, place, answer), status };
  const text = status === "in_progress" ? "" : block.pieces.join("");
  if (block.kind === "tool_call") {
    const { id, function: called } = block.call;
    return { type: "function_call", ...about, call_id: id, name: called.name, arguments: text };
  }
  const content = status === "in_progress" ? [] : [contentPart(block.kind, text)];
  return block.kind === "reasoning"
    ? { type: "reasoning", ...about, summary: [], content, format: "unknown" }
    : { type: "message", ...about, role: "assistant", content };
}

/** All items of `output`. */
export const outputItems = (blocks: readonly ContentBlock[], answer: ComposedAnswer) =>
  blocks.map((block, place) => outputItem(block, place, answer, endStatus(block, answer)));

/** How an item ends: the text of an answer that was cut off is incomplete. */
export function endStatus({ kind, complete }: ContentBlock, { completion }: ComposedAnswer): ItemStatus {
  const cut = kind === "text" && completion.finishReason === "length";
  return complete && !cut ? "completed" : "incomplete";
}
