import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { ImageAnswer } from "./image-answer.ts";
import { inferenceRequest } from "./inference-request.ts";

const parameters = [
  "aspect_ratio",
  "background",
  "output_compression",
  "output_format",
  "quality",
  "resolution",
  "size",
];

/** Images for a prompt. */
export const images: Endpoint = {
  eventType: "image",
  routes: ["POST /images"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, parameters),
    prompt: digestedMembers(body, ["input_references", "prompt"]),
  }),
  readAnswer: () => new ImageAnswer(),
};
