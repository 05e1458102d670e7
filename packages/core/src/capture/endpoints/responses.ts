import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { type Fields, fieldsOf, listOf, namesOf, textOf } from "./json-fields.ts";
import { openingOf } from "./opening.ts";
import { ResponsesAnswer } from "./responses-answer.ts";

const parameters = ["max_output_tokens", "max_tool_calls", "truncation", "store", "background"];

/** OpenAI's Responses. */
export const responses: Endpoint = {
  eventType: "response",
  routes: ["POST /responses"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(inWordsOfChat(body), parameters),
    opening: openingOf(inputOf(body)[0]),
    answered_calls: namesOf(resultsAtEnd(inputOf(body)).map(({ call_id }) => call_id)),
    prompt: digestedMembers(body, ["input", "instructions"]),
  }),
  readAnswer: () => new ResponsesAnswer(),
};

function inWordsOfChat(body: Fields): Fields {
  const { format, verbosity } = fieldsOf(body.text);
  const user = body.user ?? body.safety_identifier;
  const tools = [...listOf(body.tools), ...toolsIn(inputOf(body))];
  return { ...body, response_format: format, verbosity: verbosity ?? body.verbosity, user, tools };
}

/** Tools may be offered also in the middle of an input. */
function toolsIn(items: readonly unknown[]): unknown[] {
  return items.map(fieldsOf).flatMap(({ type, tools }) => (type === "additional_tools" ? listOf(tools) : []));
}

/** A text as input is the user's message. */
function inputOf({ input }: Fields): readonly unknown[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : listOf(input);
}

/** The items with the results of tools (`function_call_output` and its like) that an input ends with. */
function resultsAtEnd(items: readonly unknown[]): Fields[] {
  const others = items.findLastIndex((item) => !textOf(fieldsOf(item).type).endsWith("_output"));
  return items.slice(others + 1).map(fieldsOf);
}
