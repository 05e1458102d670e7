import { bodilessAnswer } from "./bodiless-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";

/** Uploads a file, in a form. */
export const fileUpload: Endpoint = {
  eventType: "file_upload",
  routes: ["POST /files", "POST /containers/{}/files"],
  mayCost: false,
  givesAway: true,
  describeRequest: (body) => inferenceRequest(body, ["purpose"]),
  readAnswer: () => bodilessAnswer(),
};
