import { bodilessAnswer } from "./bodiless-answer.ts";
import { digestedMembers } from "./digested-members.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";

/** Speech for a text. The answer is the audio itself: what it cost, only the generation's record tells. */
export const speech: Endpoint = {
  eventType: "speech",
  routes: ["POST /audio/speech"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["speed", "voice"]),
    prompt: digestedMembers(body, ["input", "input_references", "instructions"]),
  }),
  readAnswer: () => bodilessAnswer(),
};
