import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { booleanOf, type Fields, fieldsOf, listOf, namesOf, numberOf } from "./json-fields.ts";
import { MessagesAnswer } from "./messages-answer.ts";
import { openingOf } from "./opening.ts";

const parameters = ["thinking", "speed"];

/** Anthropic's Messages. */
export const messages: Endpoint = {
  eventType: "message",
  routes: ["POST /messages"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(inWordsOfChat(body), parameters),
    opening: openingOf(listOf(body.messages)[0]),
    answered_calls: namesOf(resultsIn(listOf(body.messages).at(-1)).map(({ tool_use_id }) => tool_use_id)),
    prompt: digestedMembers(body, ["messages", "system"]),
  }),
  readAnswer: () => new MessagesAnswer(),
};

function inWordsOfChat(body: Fields): Fields {
  const { thinking, tool_choice } = body;
  const { effort, format } = fieldsOf(body.output_config);
  const isSerial = booleanOf(fieldsOf(tool_choice).disable_parallel_tool_use);
  return {
    ...body,
    user: body.user ?? fieldsOf(body.metadata).user_id,
    models: modelsOf(body),
    thinking: fieldsOf(thinking).type,
    reasoning: { effort, max_tokens: numberOf(fieldsOf(thinking).budget_tokens) },
    response_format: format,
    stop: body.stop_sequences,
    parallel_tool_calls: isSerial === null ? undefined : !isSerial,
  };
}

/** OpenRouter's list and Anthropic's: whichever counts, none of them may go unseen. */
function modelsOf({ models, fallbacks }: Fields): unknown {
  if (!Array.isArray(fallbacks)) return models;
  return [...listOf(models), ...fallbacks.map((fallback) => fieldsOf(fallback).model)];
}

function resultsIn(message: unknown): Fields[] {
  const blocks = listOf(fieldsOf(message).content).map(fieldsOf);
  return blocks.filter(({ type }) => type === "tool_result");
}
