import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import { digestPrompt, digestResponse } from "@openrouter-audit/core";
import type { Behaviour } from "@openrouter-audit/testing";
import OpenAI from "openai";
import { type AnyEntry, key, openWorld, secret } from "../support/audited-world.ts";

const ask = { model: "openai/gpt-5-mini", input: "Grüße an 世界 👋" };
const usage = { promptTokens: 11, completionTokens: 22, reasoningTokens: 3, cachedTokens: 4, costUsd: 0.125 };
const weather = {
  type: "function" as const,
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};
const calls = {
  text: "Let me see 👋",
  reasoning: "They want 世界.",
  toolCalls: [{ id: "call_1", name: "weather", arguments: { city: "Zürich" } }],
  usage,
};

async function openClient(...behaviours: Behaviour[]) {
  const world = await openWorld();
  world.fake.script(behaviours);
  const { audit, fake } = world;
  const client = new OpenAI({ apiKey: key, baseURL: fake.url, fetch: audit.fetch, maxRetries: 0 });
  const sdk = new OpenRouter({
    apiKey: key,
    serverURL: fake.url,
    httpClient: new HTTPClient({ fetcher: audit.fetch }),
    retryConfig: { strategy: "none" },
  });
  const stream = async (body: object = {}) => {
    const types: string[] = [];
    const events = await client.responses.create({ ...ask, ...body, stream: true });
    for await (const { type } of events) types.push(type);
    return types;
  };
  return { ...world, client, sdk, stream };
}

const everything = {
  event_type: "response",
  method: "POST",
  model: ask.model,
  model_served: "openai/gpt-5-mini",
  provider: null,
  generation_id: expect.stringMatching(/^gen-/),
  finish_reason: "completed",
  native_finish_reason: null,
  refused: false,
  service_tier: "default",
  prompt_tokens: 11,
  completion_tokens: 22,
  total_tokens: 33,
  cached_tokens: 4,
  cache_write_tokens: 0,
  reasoning_tokens: 3,
  cost_usd: 0.125,
  is_byok: false,
  upstream_cost_usd: expect.any(Number),
  status: "success",
  response_complete: true,
  http_status: 200,
  tools: { offered: ["weather"], called: ["weather"] },
  prompt_hash: digestPrompt({ input: ask.input }, { secret, eventType: "response" }),
};

test("a response is recorded with all that it says", async () => {
  const { client, entries } = await openClient(calls);
  const { _request_id, output_text, ...body } = await client.responses.create({ ...ask, tools: [weather] });
  expect(entries()).toEqual([
    expect.objectContaining({
      ...everything,
      stream: false,
      time_to_first_token_ms: null,
      response_hash: digestResponse(body, { secret, eventType: "response" }),
    }),
  ]);
});

test("a response has the same digest streamed and unstreamed, with every client, however it is cut", async () => {
  const { client, sdk, stream, entries } = await openClient(
    ...[calls, calls, { ...calls, chunkBytes: [1, 2, 3, 5, 8] }, calls, calls],
  );
  const asked = { ...ask, tools: [weather], reasoning: { effort: "low" as const } };
  await client.responses.create(asked);
  await client.responses.stream(asked).finalResponse();
  await stream(asked);
  await sdk.beta.responses.send({ responsesRequest: asked as never });
  const events = await sdk.beta.responses.send({ responsesRequest: { ...asked, stream: true } as never });
  for await (const _event of events as unknown as AsyncIterable<unknown>);
  const all = entries();
  expect(all.map((entry: AnyEntry) => entry.stream)).toEqual([false, true, true, false, true]);
  for (const entry of all)
    expect(entry).toMatchObject({ ...everything, response_hash: all[0].response_hash });
});

test("the turns of a conversation with tools are one call", async () => {
  const { client, entries } = await openClient({}, {}, {});
  const tools = [weather];
  const { output } = await client.responses.create({ ...ask, tools });
  const call = output.find((item) => item.type === "function_call")!;
  const result = { type: "function_call_output" as const, call_id: call.call_id, output: "18 degrees" };
  const said = { role: "user" as const, content: ask.input };
  await client.responses.create({ ...ask, tools, input: [said, call, result] });
  const other = { ...said, content: "Another conversation" };
  await client.responses.create({ ...ask, tools, input: [other, call, result] });
  const [first, second, third] = entries();
  expect([first.turn, second.turn, third.turn]).toEqual([1, 2, 1]);
  expect(second.call_id).toBe(first.call_id);
  expect(third.call_id).not.toBe(first.call_id);
});

test.each(["response.failed", "response.error", "error"] as const)(
  "%s in mid-stream is an error, and keeps what was said",
  async (event) => {
    const text = "one two three four";
    const { stream, entries } = await openClient(
      { text, streamError: { error: 502, event } },
      { text: "one two" },
    );
    // What the client makes of it is the client's affair.
    await stream().catch(() => undefined);
    await stream();
    const [failed, whole] = entries();
    expect(failed).toMatchObject({
      status: "error",
      http_status: 200,
      error_code: "server_error",
      error_type: event === "response.failed" ? "provider_unavailable" : "server",
      response_complete: true,
      generation_id: expect.stringMatching(/^gen-/),
    });
    expect(failed.response_hash).toBe(whole.response_hash);
  },
);

test("a response that failed with status 200 is an error", async () => {
  const { client, entries } = await openClient({ errorInside: { form: "choice", error: 502 } });
  await client.responses.create(ask);
  expect(entries()).toEqual([
    expect.objectContaining({ status: "error", http_status: 200, finish_reason: "failed" }),
  ]);
});

test("a response that was cut at its length is incomplete, and says why", async () => {
  const { client, stream, entries } = await openClient(
    { finishReason: "length" },
    { finishReason: "length" },
  );
  await client.responses.create(ask);
  await stream();
  for (const entry of entries()) {
    expect(entry).toMatchObject({
      status: "success",
      finish_reason: "incomplete",
      native_finish_reason: "max_output_tokens",
    });
  }
});

test("a stream that breaks off keeps the digest of what was said, and the generation id", async () => {
  const text = "one two three four";
  const { stream, entries } = await openClient({ text, reset: { afterChunks: 8 } }, { text });
  await expect(stream()).rejects.toThrow();
  await stream();
  const [broken, whole] = entries();
  expect(broken).toMatchObject({
    status: "error",
    response_complete: false,
    finish_reason: null,
    generation_id: expect.stringMatching(/^gen-/),
    response_hash: expect.stringMatching(/^hmac-sha256:/),
    prompt_tokens: null,
    time_to_first_token_ms: expect.any(Number),
  });
  expect(broken.response_hash).not.toBe(whole.response_hash);
});

test("a stream that the caller leaves is aborted", async () => {
  const { client, entries } = await openClient({ text: "one two three", chunkDelayMs: 5 });
  for await (const { type } of await client.responses.create({ ...ask, stream: true }))
    if (type === "response.output_text.delta") break;
  expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
});

test("how the request was routed is recorded when it was asked for", async () => {
  const { client, entries } = await openClient({}, {});
  const options = { headers: { "x-openrouter-metadata": "enabled" } };
  await client.responses.create(ask, options);
  await client.responses.stream(ask, options).finalResponse();
  const routed = { routing: expect.objectContaining({ requested: ask.model, attempt: 1 }) };
  expect(entries()).toEqual([expect.objectContaining(routed), expect.objectContaining(routed)]);
});

test("a refused request is recorded with its error", async () => {
  const { client, entries } = await openClient({ error: 429 });
  await expect(client.responses.create(ask)).rejects.toMatchObject({ status: 429 });
  expect(entries()).toEqual([
    expect.objectContaining({ status: "error", error_code: 429, error_type: "rate_limit_exceeded" }),
  ]);
});
