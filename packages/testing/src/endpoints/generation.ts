import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";

/** The record of one generation, which exists some time after its answer ended. */
export const generation: Endpoint = {
  method: "GET",
  path: "/api/v1/generation",
  key: "any",
  answer,
};

function answer({ service: { generations, now }, query }: Call): Answer {
  const id = query.get("id");
  if (!id)
    return errorAsAnswer(errorAnswer({ name: "bad_request", message: "id: expected a generation id" }));
  const record = generations.find(id, now());
  return record
    ? jsonAnswer(200, { data: record })
    : errorAsAnswer(errorAnswer({ name: "not_found", message: `Generation ${id} not found` }));
}
