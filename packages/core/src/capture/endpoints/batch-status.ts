import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jobAnswer } from "./job-answer.ts";
import { nameOf } from "./json-fields.ts";
import { outputDigest } from "./output-digest.ts";

/** Asks how far a batch is, which brings the results once it is completed, or deletes it. */
export const batchStatus: Endpoint = {
  eventType: "batch_status",
  routes: ["GET /batches/{}", "DELETE /batches/{}"],
  mayCost: false,
  describeRequest: (body) => inferenceRequest(body),
  readAnswer: () =>
    jobAnswer(({ id, results }) => ({
      generation_id: nameOf(id),
      response: Array.isArray(results) ? results.map(outputDigest) : undefined,
    })),
};
