import { jsonAnswer } from "../answer.ts";
import type { Call } from "../endpoint.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf } from "../json-fields.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { ModalityTask } from "../modalities/modality-task.ts";
import { secondsOfAudio } from "../modalities/seconds-of-audio.ts";
import { timedSpeech } from "../modalities/timed-speech.ts";
import { isForm, readForm } from "../read-form.ts";
import { tokenize } from "../tokenize.ts";

const tokensEachSecond = 9;

/** The text of a recording, which comes as base64 in JSON or as a file in a form. */
export const transcriptions = modalityEndpoint("/api/v1/audio/transcriptions", async (call) => {
  if (!isForm(call)) {
    const body = fieldsOf(call.request.body);
    const data = textOf(fieldsOf(body.input_audio).data);
    return task(call, body, data === undefined ? undefined : Buffer.from(data, "base64"));
  }
  const form = await readForm(call);
  return task(call, form?.fields ?? {}, form?.file?.bytes);
});

function task({ behaviour }: Call, body: Fields, audio: Uint8Array | undefined): ModalityTask {
  const bytes = audio ?? new Uint8Array();
  const text = behaviour.text ?? `This is a recording of ${bytes.length} bytes.`;
  const seconds = secondsOfAudio(bytes);
  return {
    output: "transcription",
    apiType: "stt",
    body,
    complaint: complaintAbout(body, bytes),
    prompt: "",
    measure: () => ({
      promptTokens: Math.ceil(seconds * tokensEachSecond),
      completionTokens: tokenize(text).length,
      units: seconds,
      counts: { promptAudio: 1 },
    }),
    tell: ({ usage, headers }) => {
      const told = {
        text,
        usage: {
          seconds,
          total_tokens: usage.promptTokens + usage.completionTokens,
          input_tokens: usage.promptTokens,
          output_tokens: usage.completionTokens,
          cost: usage.costUsd,
        },
      };
      if (body.response_format !== "verbose_json") return jsonAnswer(200, told, headers);
      const language = textOf(body.language) ?? "en";
      const timed = timedSpeech(text, seconds, listOf(body.timestamp_granularities));
      return jsonAnswer(200, { task: "transcribe", language, duration: seconds, ...told, ...timed }, headers);
    },
  };
}

function complaintAbout(body: Fields, audio: Uint8Array): string | undefined {
  if (typeof body.model !== "string") return "model: expected text";
  if (audio.length === 0) return "Audio is required: send input_audio, or a form with a file";
  const { response_format: format, temperature } = body;
  if (format !== undefined && format !== "json" && format !== "verbose_json")
    return "response_format: expected json or verbose_json";
  const warmth = typeof temperature === "string" ? Number(temperature) : numberOf(temperature);
  if (warmth !== undefined && !(warmth >= 0 && warmth <= 1))
    return "temperature: expected a number from 0 to 1";
  return undefined;
}
