import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jobAnswer } from "./job-answer.ts";
import { nameOf } from "./json-fields.ts";

/** Submits many requests to another endpoint at once, which are answered later. */
export const batch: Endpoint = {
  eventType: "batch",
  routes: ["POST /batches"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["completion_window", "endpoint"]),
    prompt: Array.isArray(body.requests) ? body.requests : undefined,
  }),
  readAnswer: () => jobAnswer(({ id }) => ({ generation_id: nameOf(id) })),
};
