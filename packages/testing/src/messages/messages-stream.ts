import type { ComposedAnswer } from "../composed-answer.ts";
import { contentBlocks } from "../content-blocks.ts";
import { keepAliveComments, type StreamPlan } from "../skin.ts";
import { blockDeltas, emptyBlock } from "./messages-content.ts";
import { messagesError } from "./messages-error.ts";
import { message, messagesUsage, stopReason, usageAtStart } from "./messages-result.ts";

interface MessagesEvent {
  readonly type: string;
}

/** The events of a streamed message, each named in its `event:` line. */
export function messagesStreamEvents(answer: ComposedAnswer, plan: StreamPlan): string[] {
  const { failure, comments, messagesDone } = plan;
  const ending = failure ? [messagesError(failure.error)] : lastEvents(answer);
  const events: MessagesEvent[] = [
    { type: "message_start", message: message(answer, [], usageAtStart) } as MessagesEvent,
    { type: "ping" },
    ...contentEvents(answer, failure?.afterContentChunks),
    ...ending,
  ];
  return [
    ...keepAliveComments(comments),
    ...events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    ...((failure ? failure.done : messagesDone) ? ["event: data\ndata: [DONE]\n\n"] : []),
  ];
}

function contentEvents(answer: ComposedAnswer, limit: number | undefined): MessagesEvent[] {
  return contentBlocks(answer, limit).flatMap((block, index) => [
    { type: "content_block_start", index, content_block: emptyBlock(block) },
    ...blockDeltas(block).map((delta) => ({ type: "content_block_delta", index, delta })),
    ...(block.complete ? [{ type: "content_block_stop", index }] : []),
  ]);
}

function lastEvents(answer: ComposedAnswer): MessagesEvent[] {
  const { usage, routerMetadata } = answer;
  const delta = {
    type: "message_delta",
    delta: { stop_reason: stopReason(answer), stop_sequence: null, stop_details: null, container: null },
    // Anthropic's form has no message_delta without a usage.
    usage: usage ? messagesUsage(usage) : { output_tokens: 0 },
  };
  const described = routerMetadata === undefined ? {} : { openrouter_metadata: routerMetadata };
  return [delta, { type: "message_stop", ...described }];
}
