import { ChatAnswer, type ChoiceForm } from "./chat-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { textOf } from "./json-fields.ts";

/** A choice that is a text, beside its index and not in a message. */
const textChoice: ChoiceForm = {
  said: ({ text, reasoning }) => ({ content: textOf(text), reasoning }),
  content: "text",
  canRefuse: false,
};

/** Legacy completions: a prompt in, a text out. */
export const completions: Endpoint = {
  eventType: "completion",
  routes: ["POST /completions"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["best_of", "echo"]),
    prompt: body.prompt ?? undefined,
  }),
  readAnswer: () => new ChatAnswer(textChoice),
};
