import Anthropic from "@anthropic-ai/sdk";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import { openRouterClient } from "@openrouter-audit/core/openai";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import OpenAI5 from "openai-5";
import OpenAI7 from "openai-7";
import type { World } from "./audited-world.ts";
import { target } from "./clients/fetch-clients.ts";
import { operations } from "./clients/operations.ts";
import { key } from "./fixed.ts";

/** What every client can do: one question, whole and as a stream. */
export interface AnyClient {
  whole(signal: AbortSignal): Promise<unknown>;
  stream(signal: AbortSignal): Promise<AsyncIterable<unknown>>;
}

/** Where a client calls, and through which log. */
export type Point = Pick<World, "fake" | "audit">;

const model = "openai/gpt-5-mini";
const messages = [{ role: "user" as const, content: "one two three four" }];

const openai = (client: OpenAI): AnyClient => ({
  whole: (signal) => client.chat.completions.create({ model, messages }, { signal }),
  stream: (signal) => client.chat.completions.create({ model, messages, stream: true }, { signal }),
});

/** Each as the recipes make it, under the name it has in `docs/clients.md`. */
export const everyClient: Readonly<Record<string, (world: Point) => AnyClient>> = {
  "openai 5": (world) => openai(new OpenAI5(given(world)) as unknown as OpenAI),
  "openai 6": (world) => openai(new OpenAI(given(world))),
  "openai 7": (world) => openai(new OpenAI7(given(world)) as unknown as OpenAI),
  "openRouterClient()": ({ audit }) => openai(openRouterClient(audit, { apiKey: key })),
  "@anthropic-ai/sdk": ({ audit, fake }) => {
    const baseURL = `${fake.origin}/api`;
    const client = new Anthropic({ baseURL, authToken: key, apiKey: null, fetch: audit.fetch });
    const asked = { model, messages, max_tokens: 100 };
    return {
      whole: (signal) => client.messages.create(asked, { signal }),
      stream: (signal) => client.messages.create({ ...asked, stream: true }, { signal }),
    };
  },
  "@openrouter/sdk": ({ audit, fake }) => {
    const httpClient = new HTTPClient({ fetcher: audit.fetch });
    const client = new OpenRouter({ apiKey: key, serverURL: fake.url, httpClient });
    const send = (stream: boolean, signal: AbortSignal) =>
      client.chat.send({ chatRequest: { model, messages, stream } }, { fetchOptions: { signal } });
    return {
      whole: (signal) => send(false, signal),
      stream: async (signal) => (await send(true, signal)) as AsyncIterable<unknown>,
    };
  },
  "the AI SDK": (world) => {
    const asked = { model: createOpenRouter(given(world))(model), messages };
    return {
      whole: (abortSignal) => generateText({ ...asked, abortSignal }),
      stream: async (abortSignal) => streamText({ ...asked, abortSignal }).textStream,
    };
  },
  ChatOpenAI: ({ audit, fake }) => {
    const configuration = { baseURL: fake.url, fetch: audit.fetch };
    return langchain(new ChatOpenAI({ model, apiKey: key, configuration }));
  },
  ChatOpenRouter: ({ audit, fake }) => {
    globalThis.fetch = audit.fetch;
    return langchain(new ChatOpenRouter({ model, apiKey: key, baseURL: fake.url }));
  },
  fetch: ({ audit, fake }) => {
    const sent = (stream: boolean, signal: AbortSignal) =>
      audit.fetch(
        ...target(operations.chat, { origin: fake.origin, body: { model, messages }, signal }, stream),
      );
    return {
      whole: async (signal) => (await sent(false, signal)).text(),
      stream: async (signal) => (await sent(true, signal)).body as unknown as AsyncIterable<unknown>,
    };
  },
};

function given({ audit, fake }: Point) {
  return { baseURL: fake.url, apiKey: key, fetch: audit.fetch };
}

function langchain(chat: ChatOpenAI | ChatOpenRouter): AnyClient {
  return {
    whole: (signal) => chat.invoke(messages, { signal }),
    stream: (signal) => chat.stream(messages, { signal }),
  };
}
