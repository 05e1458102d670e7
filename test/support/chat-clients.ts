import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import type { Fetch } from "@openrouter-audit/core";
import OpenAI from "openai";
import { key } from "./audited-world.ts";

/** A chat completion request, as the wire has it. The SDK spells only names of several words differently. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly object[];
  readonly [name: string]: unknown;
}

export interface ChatCall {
  readonly fetch: Fetch;
  readonly url: string;
  readonly body: ChatBody;
  readonly signal: AbortSignal;
}

/** One way to call OpenRouter. */
export interface ChatClient {
  readonly name: string;
  /** The HTTP statuses it calls again for. */
  readonly retries: (status: number) => boolean;
  whole(call: ChatCall): Promise<unknown>;
  stream(call: ChatCall): Promise<AsyncIterable<unknown>>;
}

export const chatClients: readonly ChatClient[] = [
  {
    name: "openai",
    retries: (status) => [408, 409, 429].includes(status) || status >= 500,
    whole: (call) => openai(call, false) as Promise<unknown>,
    stream: (call) => openai(call, true) as Promise<unknown> as Promise<AsyncIterable<unknown>>,
  },
  {
    name: "@openrouter/sdk",
    retries: (status) => status >= 500,
    whole: (call) => openRouterSdk(call, false),
    stream: (call) => openRouterSdk(call, true) as Promise<AsyncIterable<unknown>>,
  },
  {
    name: "fetch(url, init)",
    retries: () => false,
    whole: (call) => wholeText(call, call.fetch(...target(call, false))),
    stream: (call) => events(call.fetch(...target(call, true))),
  },
  {
    name: "fetch(Request)",
    retries: () => false,
    whole: (call) => wholeText(call, call.fetch(new Request(...target(call, false)))),
    stream: (call) => events(call.fetch(new Request(...target(call, true)))),
  },
];

function openai({ fetch, url, body, signal }: ChatCall, stream: boolean) {
  const client = new OpenAI({ baseURL: url, apiKey: key, fetch });
  return client.chat.completions.create({ ...body, stream } as never, { signal });
}

async function openRouterSdk({ fetch, url, body, signal }: ChatCall, stream: boolean): Promise<unknown> {
  const backoff = { initialInterval: 1, maxInterval: 2, exponent: 1, maxElapsedTime: 5_000 };
  const client = new OpenRouter({
    serverURL: url,
    apiKey: key,
    httpClient: new HTTPClient({ fetcher: fetch }),
    retryConfig: { strategy: "backoff", backoff, retryConnectionErrors: false },
  });
  return client.chat.send({ chatRequest: { ...body, stream } as never }, { fetchOptions: { signal } });
}

/** What to call fetch, or make a `Request`, with. */
export function target(
  { url, body, signal }: Omit<ChatCall, "fetch">,
  stream: boolean,
): [string, RequestInit] {
  return [
    `${url}/chat/completions`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ ...body, stream }),
      signal,
    },
  ];
}

async function wholeText(_call: ChatCall, sent: Promise<Response>): Promise<unknown> {
  const response = await sent;
  // Volatile by nature: the clock is not part of what is compared.
  const headers = [...response.headers].filter(([name]) => name !== "date" && name !== "x-ratelimit-reset");
  const { status, statusText, ok, url, type, redirected } = response;
  return { status, statusText, ok, url, type, redirected, headers, text: await response.text() };
}

/** The data of each server-sent event, however the bytes arrive. A refusal is thrown unread, as many applications do. */
async function events(sent: Promise<Response>): Promise<AsyncIterable<string>> {
  const response = await sent;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return dataOf(response.body!);
}

async function* dataOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length).trimEnd();
  }
}
