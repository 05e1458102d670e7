import { contentAnswer } from "./content-answer.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";

/** Fetches a video that is completed. */
export const videoContent: Endpoint = {
  eventType: "video_content",
  routes: ["GET /videos/{}/content"],
  mayCost: false,
  describeRequest: (body) => inferenceRequest(body),
  readAnswer: contentAnswer,
};
