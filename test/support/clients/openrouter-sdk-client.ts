import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import { key } from "../audited-world.ts";
import type { Call, Client } from "./client.ts";

// biome-ignore lint/suspicious/noExplicitAny: the bodies are as the wire has them; those here have one-word names
type Any = any;

const csv = new TextEncoder().encode("name,age\nada,36\n");

/** OpenRouter's own client. It spells names of several words differently than the wire, so that bodies are told in its own way. */
export const openRouterSdkClient: Client = {
  name: "@openrouter/sdk",
  takesAnyBody: true,
  retries: (status) => status >= 500,
  whole: {
    chat: method((client, body, options) => client.chat.send({ chatRequest: body }, options)),
    response: method((client, body, options) =>
      client.beta.responses.send({ responsesRequest: body }, options),
    ),
    embedding: method((client, { encoding_format: encodingFormat, ...body }, options) =>
      client.embeddings.generate({ requestBody: { ...body, encodingFormat } }, options),
    ),
    rerank: method((client, body, options) => client.rerank.rerank({ requestBody: body }, options)),
    image: method((client, body, options) =>
      client.images.generate({ imageGenerationRequest: body }, options),
    ),
    speech: method((client, body, options) =>
      client.tts.createSpeech({ speechRequest: body }, options).then(bytesOf),
    ),
    transcription: method((client, { input_audio: inputAudio, ...body }, options) =>
      client.stt.createTranscription({ sttRequest: { ...body, inputAudio } }, options),
    ),
    transcriptionForm: method((client, body, options) =>
      client.stt.createTranscriptionMultipart(
        { requestBody: { ...body, file: { fileName: "a.mp3", content: Buffer.alloc(2_000, 7) } } },
        options,
      ),
    ),
    video: method((client, body, options) =>
      client.videoGeneration.generate({ videoGenerationRequest: body }, options),
    ),
    videoStatus: method((client, _, options, jobId) =>
      client.videoGeneration.getGeneration({ jobId }, options),
    ),
    videoContent: method((client, _, options, jobId) =>
      client.videoGeneration.getVideoContent({ jobId }, options).then(bytesOf),
    ),
    fileUpload: method((client, _, options) =>
      client.files.upload({ requestBody: { file: { fileName: "report.csv", content: csv } } }, options),
    ),
    models: method((client, _, options) => client.models.list({}, options)),
    key: method((client, _, options) => client.apiKeys.getCurrentKeyMetadata({}, options)),
  },
  stream: {
    chat: method((client, body, options) =>
      client.chat.send({ chatRequest: { ...body, stream: true } }, options),
    ),
    response: method((client, body, options) =>
      client.beta.responses.send({ responsesRequest: { ...body, stream: true } }, options),
    ),
    image: method((client, body, options) =>
      client.images.generate({ imageGenerationRequest: { ...body, stream: true } }, options),
    ),
  },
};

function method(call: (client: OpenRouter, body: Any, options: object, id: string) => Promise<Any>) {
  return async ({ fetch, origin, body, signal, id = "" }: Call): Promise<Any> => {
    const backoff = { initialInterval: 1, maxInterval: 2, exponent: 1, maxElapsedTime: 5_000 };
    const client = new OpenRouter({
      serverURL: `${origin}/api/v1`,
      apiKey: key,
      httpClient: new HTTPClient({ fetcher: fetch }),
      retryConfig: { strategy: "backoff", backoff, retryConnectionErrors: false },
    });
    return call(client, body, { fetchOptions: { signal } }, id);
  };
}

async function bytesOf(body: ReadableStream): Promise<Uint8Array> {
  return Buffer.from(await new Response(body).arrayBuffer());
}
