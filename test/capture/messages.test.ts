import Anthropic from "@anthropic-ai/sdk";
import { digestPrompt, digestResponse } from "@openrouter-audit/core";
import type { Behaviour } from "@openrouter-audit/testing";
import { key, openWorld, secret } from "../support/audited-world.ts";

const said = { role: "user" as const, content: "Grüße an 世界 👋" };
const ask = { model: "anthropic/claude-sonnet-4.5", max_tokens: 1000, messages: [said] };
const usage = { promptTokens: 11, completionTokens: 22, reasoningTokens: 3, cachedTokens: 4, costUsd: 0.125 };
const weather = {
  name: "weather",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } } },
};
const thinking = { type: "enabled" as const, budget_tokens: 1024 };
const calls = {
  text: "Let me see 👋",
  reasoning: "They want 世界.",
  toolCalls: [{ id: "call_1", name: "weather", arguments: { where: "Zürich", a: [1, { b: null }] } }],
  usage,
};

async function openClient(...behaviours: Behaviour[]) {
  const world = await openWorld();
  world.fake.script(behaviours);
  const client = new Anthropic({
    authToken: key,
    apiKey: null,
    baseURL: `${world.fake.origin}/api`,
    fetch: world.audit.fetch,
    maxRetries: 0,
    logLevel: "off",
  });
  const stream = async (body: object = {}) => {
    const events = await client.messages.create({ ...ask, ...body, stream: true });
    for await (const _event of events);
  };
  return { ...world, client, stream };
}

const everything = {
  event_type: "message",
  method: "POST",
  model: ask.model,
  model_served: ask.model,
  provider: "Anthropic",
  generation_id: expect.stringMatching(/^gen-/),
  finish_reason: "tool_use",
  native_finish_reason: null,
  refused: false,
  service_tier: "standard",
  prompt_tokens: 7,
  completion_tokens: 22,
  total_tokens: null,
  cached_tokens: 4,
  cache_write_tokens: 0,
  reasoning_tokens: 3,
  cost_usd: 0.125,
  is_byok: false,
  upstream_cost_usd: expect.any(Number),
  status: "success",
  response_complete: true,
  http_status: 200,
  parameters: { max_tokens: 1000, thinking: "enabled", reasoning_max_tokens: 1024 },
  tools: { offered: ["weather"], called: ["weather"] },
  prompt_hash: digestPrompt({ messages: [said] }, { secret, eventType: "message" }),
};

test("a message is recorded with all that it says", async () => {
  const { client, entries } = await openClient(calls);
  const body = await client.messages.create({ ...ask, thinking, tools: [weather] });
  expect(entries()).toEqual([
    expect.objectContaining({
      ...everything,
      stream: false,
      time_to_first_token_ms: null,
      response_hash: digestResponse(body, { secret, eventType: "message" }),
    }),
  ]);
});

test("a message has the same digest streamed and unstreamed, however it is cut", async () => {
  const { client, stream, entries } = await openClient(
    ...[calls, calls, { ...calls, chunkBytes: [1, 2, 3, 5, 8] }, { ...calls, messagesDone: true }],
  );
  const asked = { ...ask, thinking, tools: [weather] };
  await client.messages.create(asked);
  await client.messages.stream(asked).finalMessage();
  await stream(asked);
  // Anthropic's client fails on what OpenRouter has been seen to send after the end.
  await stream(asked).catch(() => undefined);
  const all = entries();
  expect(all.map((entry) => entry.stream)).toEqual([false, true, true, true]);
  for (const entry of all)
    expect(entry).toMatchObject({ ...everything, response_hash: all[0].response_hash });
});

test("the turns of a conversation with tools are one call", async () => {
  const { client, entries } = await openClient({}, {}, {});
  const tools = [weather];
  const { content } = await client.messages.create({ ...ask, tools });
  const call = content.find((block) => block.type === "tool_use")!;
  const result = { type: "tool_result" as const, tool_use_id: call.id, content: "18 degrees" };
  const go = (opening: string) =>
    client.messages.stream({
      ...ask,
      tools,
      messages: [
        { role: "user", content: [{ type: "text", text: opening, cache_control: { type: "ephemeral" } }] },
        { role: "assistant", content: content as never },
        { role: "user", content: [result] },
      ],
    });
  await go(said.content).finalMessage();
  await go("Another conversation").finalMessage();
  const [first, second, third] = entries();
  expect([first.turn, second.turn, third.turn]).toEqual([1, 2, 1]);
  expect(second.call_id).toBe(first.call_id);
  expect(third.call_id).not.toBe(first.call_id);
});

test("an error in mid-stream is an error, and keeps what was said", async () => {
  const text = "one two three four";
  const { stream, entries } = await openClient({ text, streamError: { error: 529 } }, { text: "one two" });
  await expect(stream()).rejects.toThrow();
  await stream();
  const [failed, whole] = entries();
  expect(failed).toMatchObject({
    status: "error",
    http_status: 200,
    error_code: null,
    error_type: "provider_overloaded",
    response_complete: true,
    generation_id: expect.stringMatching(/^gen-/),
  });
  expect(failed.response_hash).toBe(whole.response_hash);
});

test("a stream that breaks off keeps the digest of what was said, and the generation id", async () => {
  const text = "one two three four";
  const { stream, entries } = await openClient({ text, reset: { afterChunks: 6 } }, { text });
  await expect(stream()).rejects.toThrow();
  await stream();
  const [broken, whole] = entries();
  expect(broken).toMatchObject({
    status: "error",
    response_complete: false,
    finish_reason: null,
    refused: null,
    generation_id: expect.stringMatching(/^gen-/),
    response_hash: expect.stringMatching(/^hmac-sha256:/),
    prompt_tokens: null,
    completion_tokens: null,
    cost_usd: null,
    time_to_first_token_ms: expect.any(Number),
  });
  expect(broken.response_hash).not.toBe(whole.response_hash);
});

test("a stream that the caller leaves is aborted", async () => {
  const { client, entries } = await openClient({ text: "one two three", chunkDelayMs: 5 });
  for await (const { type } of await client.messages.create({ ...ask, stream: true }))
    if (type === "content_block_delta") break;
  expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
});

test("a refusal of the model is recorded as one", async () => {
  const { client, stream, entries } = await openClient(
    { finishReason: "content_filter" },
    { finishReason: "content_filter" },
  );
  await client.messages.create(ask);
  await stream();
  for (const entry of entries())
    expect(entry).toMatchObject({ status: "success", finish_reason: "refusal", refused: true });
});

test("how the request was routed is recorded when it was asked for", async () => {
  const { client, entries } = await openClient({}, {});
  const options = { headers: { "x-openrouter-metadata": "enabled" } };
  await client.messages.create(ask, options);
  await client.messages.stream(ask, options).finalMessage();
  const routed = { routing: expect.objectContaining({ requested: ask.model, attempt: 1 }) };
  expect(entries()).toEqual([expect.objectContaining(routed), expect.objectContaining(routed)]);
});

test("a refused request is recorded with its error, also with status 200", async () => {
  const inside = { errorInside: { form: "envelope" as const, error: 502 as const } };
  const { client, entries } = await openClient({ error: 429 }, inside);
  await expect(client.messages.create(ask)).rejects.toMatchObject({ status: 429 });
  await client.messages.create(ask).catch(() => undefined);
  expect(entries()).toEqual([
    expect.objectContaining({ status: "error", error_code: 429, error_type: "rate_limit_exceeded" }),
    expect.objectContaining({ status: "error", http_status: 200, error_type: "provider_unavailable" }),
  ]);
});
