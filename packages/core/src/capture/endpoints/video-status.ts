import type { Endpoint } from "./endpoint.ts";
import { jobAnswer } from "./job-answer.ts";
import { nameOf } from "./json-fields.ts";

/** Asks how far a video is. What it cost is said each time from then on that it is completed. */
export const videoStatus: Endpoint = {
  eventType: "video_status",
  routes: ["GET /videos/{}"],
  mayCost: false,
  describeRequest: null,
  readAnswer: () => jobAnswer(({ generation_id }) => ({ generation_id: nameOf(generation_id) })),
};
