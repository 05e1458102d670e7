import { ChatAnswer } from "./chat-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { type Fields, fieldsOf, listOf, namesOf } from "./json-fields.ts";
import { openingOf } from "./opening.ts";

/** Chat completions. */
export const chatCompletions: Endpoint = {
  eventType: "chat_completion",
  routes: ["POST /chat/completions", "POST /interns/{}/chat/completions"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body),
    opening: openingOf(listOf(body.messages)[0]),
    answered_calls: namesOf(resultsAtEnd(listOf(body.messages)).map(({ tool_call_id }) => tool_call_id)),
    prompt: Array.isArray(body.messages) ? body.messages : undefined,
  }),
  readAnswer: () => new ChatAnswer(),
};

/** The messages with the results of tools that a request ends with. */
function resultsAtEnd(messages: readonly unknown[]): Fields[] {
  const others = messages.findLastIndex((message) => fieldsOf(message).role !== "tool");
  return messages.slice(others + 1).map(fieldsOf);
}
