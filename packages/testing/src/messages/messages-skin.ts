import { complaintAbout } from "../chat-request.ts";
import { contentBlocks } from "../content-blocks.ts";
import type { Skin } from "../skin.ts";
import { wholeBlock } from "./messages-content.ts";
import { messagesError, messagesErrorBody } from "./messages-error.ts";
import { chatOfMessages, type MessagesRequest } from "./messages-request.ts";
import { message, messagesUsage, stopReason } from "./messages-result.ts";
import { messagesStreamEvents } from "./messages-stream.ts";

/** Anthropic's Messages, as OpenRouter speaks them: with `provider`, and the cost in `usage`. */
export const messagesSkin: Skin = {
  complaintAbout,
  read: (body) => chatOfMessages(body as MessagesRequest),
  whole(answer, failure) {
    if (failure) return { ...messagesError(failure), request_id: answer.id };
    const { usage, routerMetadata } = answer;
    return {
      ...message(answer, contentBlocks(answer).map(wholeBlock), usage && messagesUsage(usage)),
      stop_reason: stopReason(answer),
      ...(routerMetadata !== undefined && { openrouter_metadata: routerMetadata }),
    };
  },
  events: messagesStreamEvents,
  errorBody: messagesErrorBody,
};
