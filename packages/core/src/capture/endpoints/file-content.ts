import { contentAnswer } from "./content-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";

/** Fetches a file. */
export const fileContent: Endpoint = {
  eventType: "file_content",
  routes: ["GET /files/{}/content", "GET /containers/{}/files/{}/content"],
  mayCost: false,
  describeRequest: (body) => inferenceRequest(body),
  readAnswer: contentAnswer,
};
