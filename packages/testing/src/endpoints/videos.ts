import { type Answer, errorAsAnswer, jsonAnswer } from "../answer.ts";
import { cutPieces } from "../cut-pieces.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { errorAnswer } from "../error-answer.ts";
import { type Fields, fieldsOf, numberOf, textOf } from "../json-fields.ts";
import { composeVideo } from "../modalities/compose-video.ts";
import { modalityEndpoint } from "../modalities/modality-endpoint.ts";
import type { ModalityTask } from "../modalities/modality-task.ts";
import { VideoJob } from "../modalities/video-job.ts";
import { tokenize } from "../tokenize.ts";

const usualSeconds = 8;
const writeBytes = 1024;
const origin = ({ request }: Call) => `http://${request.headers.host ?? "127.0.0.1"}`;

const submit = modalityEndpoint("/api/v1/videos", read);

function read(call: Call): ModalityTask {
  const body = fieldsOf(call.request.body);
  const prompt = textOf(body.prompt) ?? "";
  return {
    output: "video",
    apiType: "video",
    body,
    complaint: complaintAbout(body),
    prompt,
    idKind: "vid",
    endsLater: true,
    measure: () => ({
      promptTokens: tokenize(prompt).length,
      completionTokens: 0,
      units: numberOf(body.duration) ?? usualSeconds,
      counts: { completionMedia: 1 },
    }),
    tell: (generated) => {
      const job = new VideoJob(generated, prompt, call.behaviour.jobFailure);
      call.service.videos.set(generated.id, job);
      return jsonAnswer(202, job.onTheWire(origin(call)), generated.headers);
    },
  };
}

function complaintAbout({ model, prompt, duration, frame_images: frames }: Fields): string | undefined {
  if (typeof model !== "string") return "model: expected text";
  if (typeof prompt !== "string" && !Array.isArray(frames)) return "prompt: expected text";
  if (duration !== undefined && !(Number.isSafeInteger(duration) && Number(duration) > 0))
    return "duration: expected a whole number of seconds";
  return undefined;
}

const poll: Endpoint = {
  method: "GET",
  path: "/api/v1/videos/{jobId}",
  key: "any",
  answer: (call) =>
    withJob(call, (job) => {
      job.poll();
      return jsonAnswer(200, job.onTheWire(origin(call)));
    }),
};

const content: Endpoint = {
  method: "GET",
  path: "/api/v1/videos/{jobId}/content",
  key: "any",
  answer: (call) =>
    withJob(call, (job) => {
      if (job.status !== "completed")
        return errorAsAnswer(
          errorAnswer({ name: "conflict", message: `The video is not completed: ${job.status}` }),
        );
      if ((call.query.get("index") ?? "0") !== "0")
        return errorAsAnswer(errorAnswer({ name: "not_found", message: "No video with this index" }));
      const pieces = cutPieces([composeVideo(job.prompt)], writeBytes);
      return { status: 200, headers: { "Content-Type": "video/mp4" }, pieces };
    }),
};

function withJob({ service, parameters }: Call, tell: (job: VideoJob) => Answer): Answer {
  const job = service.videos.get(parameters.jobId ?? "");
  return job
    ? tell(job)
    : errorAsAnswer(errorAnswer({ name: "not_found", message: `Video job ${parameters.jobId} not found` }));
}

/** Videos: asked for, polled until they are completed, and fetched. */
export const videos = [submit, poll, content];
