import { cutPieces } from "../cut-pieces.ts";
import type { Call } from "../endpoint.ts";
import { type Fields, fieldsOf, numberOf, textOf } from "../json-fields.ts";
import { composeSpeech } from "../modalities/compose-speech.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { ModalityTask } from "../modalities/modality-task.ts";
import { tokenize } from "../tokenize.ts";

const mediaTypes = { mp3: "audio/mpeg", pcm: "audio/pcm" };
const writeBytes = 4096;

/** Speech for a text, as raw audio. What it cost is told by the generation's record alone. */
export const speech = modalityEndpoint("/api/v1/audio/speech", read);

function read({ request }: Call): ModalityTask {
  const body = fieldsOf(request.body);
  const input = textOf(body.input) ?? "";
  const format = body.response_format === "mp3" ? "mp3" : "pcm";
  return {
    output: "speech",
    apiType: "tts",
    body,
    complaint: complaintAbout(body),
    prompt: input,
    measure: () => ({
      promptTokens: tokenize(input).length,
      completionTokens: 0,
      units: Array.from(input).length,
      counts: { completionMedia: 1 },
    }),
    tell: ({ headers }) => ({
      status: 200,
      headers: { "Content-Type": mediaTypes[format], ...headers },
      pieces: cutPieces([composeSpeech(input, format, numberOf(body.speed) ?? 1)], writeBytes),
    }),
  };
}

function complaintAbout({ model, input, response_format: format, speed }: Fields): string | undefined {
  if (typeof model !== "string") return "model: expected text";
  if (typeof input !== "string" || input === "") return "input: expected text";
  if (format !== undefined && format !== "mp3" && format !== "pcm")
    return "response_format: expected mp3 or pcm";
  if (speed !== undefined && !(Number(speed) >= 0.25 && Number(speed) <= 4))
    return "speed: expected a number from 0.25 to 4";
  return undefined;
}
