import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { key } from "../audited-world.ts";
import type { Call, Client } from "./client.ts";

/** LangChain's client of OpenAI, with its own retries off: they wait for seconds. */
export const langChainClient: Client = {
  name: "@langchain/openai",
  takesAnyBody: false,
  retries: () => false,
  holdsOn: ["response"],
  cannotAbort: ["embedding"],
  whole: {
    chat: async (call) => saidBy(await chat(call, false).invoke(prompt(call), { signal: call.signal })),
    response: async (call) => saidBy(await chat(call, true).invoke(prompt(call), { signal: call.signal })),
    embedding: async (call) =>
      new OpenAIEmbeddings({ ...common(call), encodingFormat: "float" }).embedQuery(String(call.body.input)),
  },
  stream: {
    chat: (call) => pieces(call, false),
    response: (call) => pieces(call, true),
  },
};

function chat(call: Call, useResponsesApi: boolean): ChatOpenAI {
  return new ChatOpenAI({ ...common(call), useResponsesApi });
}

function common({ fetch, origin, body }: Call) {
  const configuration = { baseURL: `${origin}/api/v1`, fetch };
  return { model: String(body.model), apiKey: key, maxRetries: 0, configuration };
}

function prompt({ body }: Call): string {
  return String(body.input ?? (body.messages as { content: string }[])[0]!.content);
}

async function pieces(call: Call, useResponsesApi: boolean): Promise<AsyncIterable<unknown>> {
  const stream = await chat(call, useResponsesApi).stream(prompt(call), { signal: call.signal });
  return each(stream);
}

async function* each(stream: AsyncIterable<AIMessageChunk>): AsyncIterable<unknown> {
  for await (const message of stream) yield saidBy(message);
}

function saidBy(message: AIMessageChunk): unknown {
  const { content, additional_kwargs, response_metadata, usage_metadata } = message;
  return { content, additional_kwargs, response_metadata, usage_metadata };
}
