import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jsonAnswer } from "./json-answer.ts";
import { type Fields, fieldsOf, integerOf, nameOf, numberOf } from "./json-fields.ts";

/** Documents in the order of what they have to do with a query. */
export const rerank: Endpoint = {
  eventType: "rerank",
  routes: ["POST /rerank"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["top_n"]),
    prompt: digestedMembers(body, ["documents", "query"]),
  }),
  readAnswer: () =>
    jsonAnswer(({ id, results }) =>
      Array.isArray(results) ? { generation_id: nameOf(id), response: results.map(rankOf) } : null,
    ),
};

/** The documents, which some answers repeat, are the request's. */
function rankOf(result: unknown): Fields {
  const { index, relevance_score } = fieldsOf(result);
  return { index: integerOf(index), relevance_score: numberOf(relevance_score) };
}
