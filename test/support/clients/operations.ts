import type { Behaviour, FakeOpenRouter } from "@openrouter-audit/testing";
import { key } from "../fixed.ts";

/** Something an application asks of OpenRouter, as the wire has it. */
export interface Operation {
  /** Of its entry. */
  readonly eventType: string;
  readonly method: "GET" | "POST";
  /** Below the host, with `{id}` where `prepare` gives one. */
  readonly path: string;
  readonly body?: Body;
  /** In place of a body. */
  readonly form?: (body: Body) => FormData;
  /** Whether it can be asked for as a stream. */
  readonly streams?: boolean;
  /** What the server answers with when it knows no answer of its own. */
  readonly answer?: Behaviour["raw"];
  /** Makes what the operation is about, with a fetch that is not looked at. */
  prepare?(fake: FakeOpenRouter): Promise<string>;
}

/** A JSON body, or the fields of a form. */
export type Body = Readonly<Record<string, unknown>>;

const model = "openai/gpt-5-mini";
const said = { role: "user", content: "Grüße an 世界 👋" };
const video = { model: "google/veo-3.1", prompt: "a cat" };
const requests = [{ custom_id: "a", body: { messages: [said] } }];
const batch = { endpoint: "/v1/chat/completions", model, requests };
const recording = Buffer.alloc(2_000, 7);

export const operations = {
  chat: post("chat_completion", "/api/v1/chat/completions", { model, messages: [said] }, true),
  completion: post("completion", "/api/v1/completions", { model, prompt: said.content }, true),
  response: post("response", "/api/v1/responses", { model, input: said.content }, true),
  message: post(
    "message",
    "/api/v1/messages",
    { model: "anthropic/claude-sonnet-4.5", max_tokens: 1000, messages: [said] },
    true,
  ),
  embedding: post("embedding", "/api/v1/embeddings", {
    model: "openai/text-embedding-3-small",
    input: said.content,
    encoding_format: "float",
  }),
  rerank: post("rerank", "/api/v1/rerank", {
    model: "cohere/rerank-v3.5",
    query: "cats",
    documents: ["dogs", "cats"],
  }),
  image: post("image", "/api/v1/images", { model: "openai/gpt-image-1", prompt: "a cat" }, true),
  speech: post("speech", "/api/v1/audio/speech", {
    model: "openai/gpt-4o-mini-tts-2025-12-15",
    input: said.content,
    voice: "alloy",
  }),
  transcription: post("transcription", "/api/v1/audio/transcriptions", {
    model: "openai/whisper-1",
    input_audio: { data: recording.toString("base64"), format: "mp3" },
  }),
  transcriptionForm: {
    ...post("transcription", "/api/v1/audio/transcriptions", { model: "openai/whisper-1" }),
    form: (body) => formOf(body, new File([recording], "a.mp3", { type: "audio/mpeg" })),
  },
  video: post("video", "/api/v1/videos", video),
  videoStatus: {
    ...get("video_status", "/api/v1/videos/{id}"),
    prepare: (fake) => made(fake, "/api/v1/videos", video),
  },
  videoContent: {
    ...get("video_content", "/api/v1/videos/{id}/content"),
    async prepare(fake) {
      const id = await made(fake, "/api/v1/videos", video);
      for (let poll = 0; poll < 4; poll++) await fetch(`${fake.url}/videos/${id}`, { headers });
      return id;
    },
  },
  batch: post("batch", "/api/beta/batches", batch),
  batchStatus: {
    ...get("batch_status", "/api/beta/batches/{id}"),
    prepare: (fake) => made(fake, "/api/beta/batches", batch),
  },
  fileUpload: {
    ...post("file_upload", "/api/v1/files", { purpose: "user_data" }),
    form: (body) => formOf(body, new File(["name,age\nada,36\n"], "report.csv", { type: "text/csv" })),
  },
  files: get("file", "/api/v1/files"),
  models: get("catalogue", "/api/v1/models"),
  key: get("management", "/api/v1/key"),
  unknown: {
    ...post("unknown_endpoint", "/api/v1/dreams", { model, about: said.content }),
    answer: {
      headers: { "content-type": "application/json" },
      body: '{"dream":"of electric sheep, and of 世界"}',
    },
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };

function post<B extends Body>(eventType: string, path: string, body: B, streams = false) {
  return { eventType, method: "POST", path, body, streams } as const satisfies Operation;
}

function get(eventType: string, path: string) {
  return { eventType, method: "GET", path } as const satisfies Operation;
}

async function made(fake: FakeOpenRouter, path: string, body: Body): Promise<string> {
  const response = await fetch(fake.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  return ((await response.json()) as { id: string }).id;
}

function formOf(fields: Body, file: File): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  form.set("file", file);
  return form;
}
