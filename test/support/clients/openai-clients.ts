import type OpenAI from "openai";
import { key } from "../audited-world.ts";
import { openaiVersions } from "../openai-versions.ts";
import { type Call, type Client, isRetryable } from "./client.ts";
import { type OperationName, operations } from "./operations.ts";

/** openai in the versions that people have. Where it has no method for an operation, its `post` and `get` are used. */
export const openAiClients: readonly Client[] = openaiVersions.map(({ version, Client }) =>
  openAiClient(`openai ${version}`, Client),
);

// biome-ignore lint/suspicious/noExplicitAny: the bodies are OpenRouter's, of which OpenAI's types know a part
type Any = any;

function openAiClient(name: string, Class: typeof OpenAI): Client {
  const open = ({ fetch, origin }: Call) => new Class({ baseURL: `${origin}/api/v1`, apiKey: key, fetch });
  const method = (call: (client: OpenAI, body: Any, options: Any) => Any) => (given: Call) =>
    call(open(given), given.body, { signal: given.signal });
  const streamed = (call: (client: OpenAI, body: Any, options: Any) => Any) => (given: Call) =>
    call(open(given), { ...given.body, stream: true }, { signal: given.signal });
  const generic = (operation: OperationName) => (given: Call) => {
    const { method: verb, path } = operations[operation];
    const url = given.origin + path.replace("{id}", given.id ?? "");
    const options = { signal: given.signal, ...(verb === "POST" && { body: given.body }) };
    return verb === "POST" ? open(given).post(url, options) : open(given).get(url, options);
  };
  return {
    name,
    takesAnyBody: true,
    retries: isRetryable,
    whole: {
      chat: method((client, body, options) => client.chat.completions.create(body, options)),
      completion: method((client, body, options) => client.completions.create(body, options)),
      response: method((client, body, options) => client.responses.create(body, options)),
      embedding: method((client, body, options) => client.embeddings.create(body, options)),
      speech: method((client, body, options) => client.audio.speech.create(body, options).then(bytesOf)),
      transcriptionForm: method((client, body, options) => {
        const file = new File([Buffer.alloc(2_000, 7)], "a.mp3", { type: "audio/mpeg" });
        return client.audio.transcriptions.create({ ...body, file }, options);
      }),
      fileUpload: method((client, body, options) => {
        const file = new File(["name,age\nada,36\n"], "report.csv", { type: "text/csv" });
        return client.files.create({ ...body, file }, options);
      }),
      files: method((client, _, options) => client.files.list({}, options).then(({ data }: Any) => data)),
      models: method((client, _, options) => client.models.list(options).then(({ data }: Any) => data)),
      message: generic("message"),
      rerank: generic("rerank"),
      image: generic("image"),
      transcription: generic("transcription"),
      video: generic("video"),
      videoStatus: generic("videoStatus"),
      batch: generic("batch"),
      batchStatus: generic("batchStatus"),
      key: generic("key"),
      unknown: generic("unknown"),
    },
    stream: {
      chat: streamed((client, body, options) => client.chat.completions.create(body, options)),
      completion: streamed((client, body, options) => client.completions.create(body, options)),
      response: streamed((client, body, options) => client.responses.create(body, options)),
    },
  };
}

async function bytesOf(response: Response): Promise<unknown> {
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}
