import { type FakeOpenRouter, type FakeOpenRouterOptions, startFakeOpenRouter } from "../src/index.ts";

export const key = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
export const hello = {
  model: "openai/gpt-5-mini",
  messages: [{ role: "user", content: "Grüße an 世界 👋" }],
} as const;

const open: FakeOpenRouter[] = [];
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.close();
});

/** Starts a fake that is closed when the test ends. */
export async function openFake(options?: FakeOpenRouterOptions): Promise<FakeOpenRouter> {
  const fake = await startFakeOpenRouter(options);
  open.push(fake);
  return fake;
}

// biome-ignore lint/suspicious/noExplicitAny: what a server sends is looked at field by field
export type Wire = any;

export interface WireResponse extends Response {
  json(): Promise<Wire>;
}

export function get(
  fake: FakeOpenRouter,
  path: string,
  headers: Record<string, string> = {},
): Promise<WireResponse> {
  return fetch(fake.url + path, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

export function post(
  fake: FakeOpenRouter,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<WireResponse> {
  return fetch(fake.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

export function chat(
  fake: FakeOpenRouter,
  body: unknown = hello,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<WireResponse> {
  return post(fake, "/chat/completions", body, headers, signal);
}

/** The parsed `data:` events of a stream, without `[DONE]`. */
export function eventsOf(body: string): Wire[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)));
}

export const textOf = (events: Wire[]): string =>
  events.map((event) => event.choices[0]?.delta.content ?? "").join("");
