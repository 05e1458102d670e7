import { type Answer, eventsAnswer, jsonAnswer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Fields, fieldsOf, numberOf, textOf } from "../json-fields.ts";
import { composeImage } from "../modalities/compose-image.ts";
import { imageStreamEvents } from "../modalities/image-stream.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { Generated, ModalityTask } from "../modalities/modality-task.ts";
import { tokenize } from "../tokenize.ts";
import { usageOnTheWire } from "../usage.ts";

const tokensEachImage = 272;
const mediaType = "image/png";
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Images for a prompt, as JSON or, where the model can, as a stream. */
export const images = modalityEndpoint("/api/v1/images", read);

function read(call: Call): ModalityTask {
  const body = fieldsOf(call.request.body);
  const prompt = textOf(body.prompt) ?? "";
  const count = numberOf(body.n) ?? 1;
  const completionTokens = count * tokensEachImage;
  return {
    output: "image",
    apiType: "image",
    body,
    complaint: complaintAbout(body),
    prompt,
    measure: () => ({
      promptTokens: tokenize(prompt).length,
      completionTokens,
      units: count,
      counts: { completionMedia: count, completionImageTokens: completionTokens },
    }),
    tell: (generated) => {
      const prompts = Array.from({ length: count }, (_, index) => `${prompt}\n${index}`);
      // A model that cannot stream answers as if it had not been asked to.
      return body.stream === true && generated.model.streams
        ? streamed(call, prompts, generated)
        : whole(prompts, generated);
    },
  };
}

function usageOf({ usage }: Generated) {
  const wire = usageOnTheWire(usage);
  return {
    ...wire,
    completion_tokens_details: { reasoning_tokens: 0, image_tokens: wire.completion_tokens },
  };
}

function whole(prompts: readonly string[], generated: Generated): Answer {
  const data = prompts.map((prompt) => ({ b64_json: base64(composeImage(prompt)), media_type: mediaType }));
  const body = { created: generated.createdSeconds, data, usage: usageOf(generated) };
  return jsonAnswer(200, body, generated.headers);
}

function streamed({ behaviour }: Call, prompts: readonly string[], generated: Generated): Answer {
  const { streamError, comments = 1 } = behaviour;
  const { id: model } = generated.model;
  const events = imageStreamEvents({
    comments,
    createdSeconds: generated.createdSeconds,
    images: prompts.map((prompt) => ({
      partial: [0.4, 0.7].map((shade) => base64(composeImage(prompt, shade))),
      whole: base64(composeImage(prompt)),
    })),
    mediaType,
    usage: usageOf(generated),
    ...(streamError && {
      failure: {
        error: errorAnswer(streamError.error, { model, provider: generated.provider }).body.error,
        done: streamError.done ?? true,
      },
    }),
  });
  return eventsAnswer(events, generated.headers);
}

function complaintAbout({ model, prompt, n }: Fields): string | undefined {
  if (typeof model !== "string") return "model: expected text";
  if (typeof prompt !== "string" || prompt === "") return "prompt: expected text";
  if (n !== undefined && !(Number.isSafeInteger(n) && Number(n) >= 1 && Number(n) <= 10))
    return "n: expected a whole number from 1 to 10";
  return undefined;
}
