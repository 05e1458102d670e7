import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { embed, generateText, streamText } from "ai";
import { key } from "../audited-world.ts";
import { type Call, type Client, isRetryable } from "./client.ts";

/** The AI SDK with OpenRouter's provider. Its streams tell of failures in a part, and never throw. */
export const aiSdkClient: Client = {
  name: "ai with @openrouter/ai-sdk-provider",
  takesAnyBody: false,
  retries: isRetryable,
  holdsOn: ["chat"],
  whole: {
    chat: async (call) =>
      textOf(await generateText({ ...asked(call), model: open(call).chat(modelOf(call)) })),
    completion: async (call) =>
      textOf(await generateText({ ...asked(call), model: open(call).completion(modelOf(call)) })),
    embedding: async (call) => {
      const model = open(call).textEmbeddingModel(modelOf(call));
      const { embedding, usage } = await embed({
        model,
        value: String(call.body.input),
        abortSignal: call.signal,
      });
      return { embedding, usage };
    },
  },
  stream: {
    chat: async (call) =>
      partsOf(streamText({ ...asked(call), ...quiet, model: open(call).chat(modelOf(call)) })),
  },
};

// Without it the AI SDK writes errors of streams to the console.
const quiet = { onError: () => undefined };

function open({ fetch, origin }: Call) {
  return createOpenRouter({ baseURL: `${origin}/api/v1`, apiKey: key, fetch });
}

function modelOf({ body }: Call): string {
  return String(body.model);
}

function asked({ body, signal }: Call) {
  const prompt = body.prompt ?? (body.messages as { content: string }[])[0]!.content;
  return { prompt: String(prompt), abortSignal: signal };
}

function textOf(result: Awaited<ReturnType<typeof generateText>>): unknown {
  const { text, reasoningText, finishReason, usage, toolCalls, providerMetadata, warnings } = result;
  return { text, reasoningText, finishReason, usage, toolCalls, providerMetadata, warnings };
}

/**
 * The parts of a stream from its answer on; those before come before anything was sent. An error among them is thrown, as
 * applications do that read all parts.
 */
async function* partsOf({ fullStream }: ReturnType<typeof streamText>): AsyncIterable<unknown> {
  for await (const part of fullStream) {
    if (part.type === "error") throw part.error;
    if (part.type === "start" || part.type === "start-step") continue;
    // The time it was received, and ids that are made up by the AI SDK.
    if ("response" in part) Object.assign(part.response as object, { timestamp: null });
    yield "id" in part ? { ...part, id: null } : part;
  }
}
