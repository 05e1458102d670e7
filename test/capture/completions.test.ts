import { digestPrompt, digestResponse } from "@openrouter-audit/core";
import type { Behaviour } from "@openrouter-audit/testing";
import OpenAI from "openai";
import { key, openWorld, secret } from "../support/audited-world.ts";

const ask = { model: "openai/gpt-5-mini", prompt: "Grüße an 世界 👋" };
const usage = { promptTokens: 11, completionTokens: 22, reasoningTokens: 3, cachedTokens: 4, costUsd: 0.125 };

async function openClient(...behaviours: Behaviour[]) {
  const world = await openWorld();
  world.fake.script(behaviours);
  const { audit, fake } = world;
  const client = new OpenAI({ apiKey: key, baseURL: fake.url, fetch: audit.fetch, maxRetries: 0 });
  const whole = () => client.completions.create(ask);
  const stream = async () => {
    let text = "";
    for await (const { choices } of await client.completions.create({ ...ask, stream: true }))
      text += choices[0]?.text ?? "";
    return text;
  };
  return { ...world, client, whole, stream };
}

test("a completion is recorded with all that it says", async () => {
  const { whole, fake, entries } = await openClient({ usage, headers: { "x-generation-id": "gen-header" } });
  const answer = await whole();
  expect(entries()).toEqual([
    expect.objectContaining({
      event_type: "completion",
      method: "POST",
      endpoint: new URL(`${fake.url}/completions`).pathname,
      stream: false,
      model: ask.model,
      model_served: "openai/gpt-5-mini",
      provider: "OpenAI",
      generation_id: "gen-header",
      finish_reason: "stop",
      refused: null,
      prompt_tokens: 11,
      completion_tokens: 22,
      total_tokens: 33,
      cached_tokens: 4,
      reasoning_tokens: 3,
      cost_usd: 0.125,
      is_byok: false,
      status: "success",
      response_complete: true,
      turn: 1,
      prompt_hash: digestPrompt(ask.prompt, { secret, eventType: "completion" }),
      response_hash: digestResponse(answer, { secret, eventType: "completion" }),
    }),
  ]);
});

test("a completion has the same digest streamed and unstreamed, however it is cut", async () => {
  const said = { text: "Grüße 👋 und mehr", reasoning: "Hm. 世界", usage };
  const { whole, stream, entries } = await openClient(said, said, { ...said, chunkBytes: [1, 2, 3, 5] });
  const { choices } = await whole();
  expect([await stream(), await stream()]).toEqual([choices[0]!.text, choices[0]!.text]);
  const [first, ...others] = entries();
  for (const { response_hash, status, total_tokens, time_to_first_token_ms } of others) {
    expect({ response_hash, status, total_tokens }).toEqual({
      response_hash: first.response_hash,
      status: "success",
      total_tokens: 33,
    });
    expect(time_to_first_token_ms).toEqual(expect.any(Number));
  }
});

test("an error in mid-stream is an error, and keeps what was said", async () => {
  const text = "one two three four";
  const { stream, entries } = await openClient({ text, streamError: { error: 502 } }, { text: "one two" });
  await expect(stream()).rejects.toThrow();
  await stream();
  const [failed, whole] = entries();
  expect(failed).toMatchObject({
    status: "error",
    http_status: 200,
    error_code: 502,
    error_type: "provider_unavailable",
    response_complete: true,
    generation_id: expect.stringMatching(/^gen-/),
  });
  expect(failed.response_hash).toBe(whole.response_hash);
  expect(whole.response_hash).toBe(digestResponse("one two", { secret, eventType: "completion" }));
});

test("a stream that breaks off keeps the digest of what was said, and the generation id", async () => {
  const { stream, entries } = await openClient({ text: "one two three four", reset: { afterChunks: 4 } });
  await expect(stream()).rejects.toThrow();
  expect(entries()).toEqual([
    expect.objectContaining({
      status: "error",
      response_complete: false,
      generation_id: expect.stringMatching(/^gen-/),
      response_hash: expect.stringMatching(/^hmac-sha256:/),
      prompt_tokens: null,
    }),
  ]);
});

test("a refused completion is recorded with its error", async () => {
  const { whole, entries } = await openClient({ error: 402 });
  await expect(whole()).rejects.toMatchObject({ status: 402 });
  expect(entries()).toEqual([
    expect.objectContaining({ status: "error", error_code: 402, error_type: "payment_required" }),
  ]);
});
