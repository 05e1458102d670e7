import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jobAnswer } from "./job-answer.ts";
import { type Fields, fieldsOf, listOf, nameOf } from "./json-fields.ts";
import { namedModels } from "./named-models.ts";

/** Submits many requests to another endpoint at once, which are answered later. */
export const batch: Endpoint = {
  eventType: "batch",
  routes: ["POST /batches"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["completion_window", "endpoint"]),
    models: modelsIn(body),
    prompt: Array.isArray(body.requests) ? body.requests : undefined,
  }),
  readAnswer: () => jobAnswer(({ id }) => ({ generation_id: nameOf(id) })),
};

/** Those of its requests too. */
function modelsIn(body: Fields): string[] {
  const inside = listOf(body.requests).flatMap((request) => namedModels(fieldsOf(fieldsOf(request).body)));
  return namedModels({ ...body, models: inside });
}
