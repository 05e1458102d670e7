import type { ComposedAnswer } from "../composed-answer.ts";
import { type ContentBlock, contentBlocks } from "../content-blocks.ts";
import { keepAliveComments, type StreamPlan } from "../skin.ts";
import { contentPart, endStatus, itemId, outputItem, outputItems } from "./responses-items.ts";
import { responsesEnd, responsesError, responsesResult } from "./responses-result.ts";

/** The events of a streamed response, each with its place in `sequence_number`. */
export function responsesStreamEvents(answer: ComposedAnswer, plan: StreamPlan): string[] {
  const { failure, upstreamBody } = plan;
  const blocks = contentBlocks(answer, failure?.afterContentChunks);
  const begun = responsesResult(answer, { status: "in_progress", output: [] });
  const events = [
    ...(upstreamBody ? [{ type: "response.debug", debug: { echo_upstream_body: upstreamBody } }] : []),
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...blocks.flatMap((block, place) => itemEvents(block, place, answer)),
    lastEvent(answer, blocks, failure),
  ];
  return [
    ...keepAliveComments(plan.comments),
    ...events.map((event, index) => `data: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`),
    ...(failure && !failure.done ? [] : ["data: [DONE]\n\n"]),
  ];
}

function lastEvent(
  answer: ComposedAnswer,
  blocks: readonly ContentBlock[],
  failure: StreamPlan["failure"],
): object {
  const end = responsesEnd(answer, failure?.error);
  if (failure && end.failure && failure.event !== "response.failed") {
    const error = responsesError(failure.error);
    return failure.event === "error"
      ? { type: "error", ...error, param: null }
      : { type: "response.error", error };
  }
  const response = responsesResult(answer, { ...end, output: outputItems(blocks, answer) });
  return { type: `response.${end.status}`, response };
}

function itemEvents(block: ContentBlock, place: number, answer: ComposedAnswer): object[] {
  const where = { item_id: itemId(block, place, answer), output_index: place };
  const done = {
    type: "response.output_item.done",
    output_index: place,
    item: outputItem(block, place, answer, endStatus(block, answer)),
  };
  return [
    {
      type: "response.output_item.added",
      output_index: place,
      item: outputItem(block, place, answer, "in_progress"),
    },
    ...(block.kind === "tool_call" ? argumentEvents(block, where) : textEvents(block, where)),
    ...(block.complete ? [done] : []),
  ];
}

type Where = { readonly item_id: string; readonly output_index: number };

function argumentEvents(
  { call, pieces, complete }: ContentBlock & { kind: "tool_call" },
  where: Where,
): object[] {
  const type = "response.function_call_arguments";
  const { name, arguments: given } = call.function;
  return [
    ...pieces.map((delta) => ({ type: `${type}.delta`, ...where, delta })),
    ...(complete ? [{ type: `${type}.done`, ...where, name, arguments: given }] : []),
  ];
}

function textEvents(
  { kind, pieces, complete }: ContentBlock & { kind: "reasoning" | "text" },
  where: Where,
): object[] {
  const type = kind === "reasoning" ? "response.reasoning_text" : "response.output_text";
  const inside = { ...where, content_index: 0 };
  const logprobs = kind === "text" ? { logprobs: [] } : {};
  const text = pieces.join("");
  const done = [
    { type: `${type}.done`, ...inside, text, ...logprobs },
    { type: "response.content_part.done", ...inside, part: contentPart(kind, text) },
  ];
  return [
    { type: "response.content_part.added", ...inside, part: contentPart(kind, "") },
    ...pieces.map((delta) => ({ type: `${type}.delta`, ...inside, delta, ...logprobs })),
    ...(complete ? done : []),
  ];
}
