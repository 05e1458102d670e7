import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jobAnswer } from "./job-answer.ts";
import { nameOf } from "./json-fields.ts";

const parameters = [
  "aspect_ratio",
  "creativity",
  "duration",
  "generate_audio",
  "resolution",
  "size",
  "upscale_factor",
];

/** Asks for a video, which is made after the answer. */
export const video: Endpoint = {
  eventType: "video",
  routes: ["POST /videos"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, parameters),
    prompt: digestedMembers(body, ["frame_images", "input_references", "prompt"]),
  }),
  readAnswer: () => jobAnswer(({ generation_id }) => ({ generation_id: nameOf(generation_id) })),
};
