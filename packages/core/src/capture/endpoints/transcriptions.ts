import { usageOf } from "./answer-usage.ts";
import type { Endpoint } from "./endpoint.ts";
import { inferenceRequest } from "./inference-request.ts";
import { jsonAnswer } from "./json-answer.ts";
import { fieldsOf } from "./json-fields.ts";
import { outputDigest } from "./output-digest.ts";

/** The text of a recording, which comes as base64 in JSON or as a file in a form. */
export const transcriptions: Endpoint = {
  eventType: "transcription",
  routes: ["POST /audio/transcriptions"],
  mayCost: true,
  describeRequest: (body) => ({
    ...inferenceRequest(body, ["language"]),
    prompt: fieldsOf(body.input_audio) === body.input_audio ? body.input_audio : undefined,
  }),
  readAnswer: () =>
    jsonAnswer(({ text, usage }) =>
      typeof text === "string" ? { usage: transcriptionUsage(usage), response: outputDigest(text) } : null,
    ),
};

function transcriptionUsage(value: unknown) {
  const usage = fieldsOf(value);
  return usageOf({ ...usage, prompt_tokens: usage.input_tokens, completion_tokens: usage.output_tokens });
}
