import { type FakeOpenRouter, startFakeOpenRouter } from "@openrouter-audit/testing";
import OpenAI from "openai";

let fake: FakeOpenRouter;
let client: OpenAI;
const ask = { model: "openai/gpt-5-mini", messages: [{ role: "user" as const, content: "good morning" }] };

beforeEach(async () => {
  fake = await startFakeOpenRouter();
  client = new OpenAI({ apiKey: "sk-or-v1-test", baseURL: fake.url });
});
afterEach(() => fake.close());

test("an answer nobody scripted", async () => {
  const { choices, usage } = await client.chat.completions.create(ask);
  expect(choices[0]?.message.content).toBe("Hello! You said: good morning");
  expect(usage?.completion_tokens).toBe(8);
});

test("a rate limit, and the client's second attempt", async () => {
  fake.next({ error: { name: 429, retryAfterSeconds: 0.05 } });
  await client.chat.completions.create(ask);
  expect(fake.requests.map(({ status }) => status)).toEqual([429, 200]);
});

test("a connection that breaks in the middle of an event", async () => {
  fake.next({ text: "Grüße", chunkBytes: 3, reset: { afterBytes: 180 } });
  await expect(client.chat.completions.stream(ask).finalContent()).rejects.toThrow();
  expect(fake.requests[0]).toMatchObject({ status: 200, ended: "reset", bytesSent: 180 });
});

test("a decision for each request", async () => {
  fake.script(({ headers, index }) => {
    if (index === 0) return { latencyMs: 20, text: "slow" };
    return headers["x-title"] === "checkout" ? { error: "moderation" } : undefined;
  });
  await client.chat.completions.create(ask);
  const refused = client.chat.completions.create(ask, { headers: { "x-title": "checkout" } });
  await expect(refused).rejects.toThrow("flagged");
});
