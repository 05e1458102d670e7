import type { AnswerDescription, Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jobAnswer } from "./job-answer.ts";
import { type Fields, nameOf } from "./json-fields.ts";
import { outputDigest } from "./output-digest.ts";

/** Asks how far batches are, which brings the results once one is completed, all at once or page by page; or deletes one. */
export const batchStatus: Endpoint = {
  eventType: "batch_status",
  routes: ["GET /batches", "GET /batches/{}", "GET /batches/{}/results", "DELETE /batches/{}"],
  mayCost: false,
  describeRequest: (body) => inferenceRequest(body),
  readAnswer: () =>
    jobAnswer(({ id, results }) => ({ generation_id: nameOf(id), ...digestsOf(results) }), pageOf),
};

/** A page of results, or of batches. */
function pageOf({ object, data }: Fields): Partial<AnswerDescription> | null {
  return object === "list" && Array.isArray(data) ? digestsOf(data) : null;
}

function digestsOf(items: unknown): Partial<AnswerDescription> {
  return { response: Array.isArray(items) ? items.map(outputDigest) : undefined };
}
