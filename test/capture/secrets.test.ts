import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Behaviour } from "@openrouter-audit/testing";
import { journalTextIn, key, openWorld, type World } from "../support/audited-world.ts";
import { asking } from "../support/same-with-audit.ts";

const canary = "CANARY-7f3a";
const body = {
  model: "openai/gpt-5-mini",
  messages: [
    { role: "system", content: `${canary} system` },
    { role: "user", content: [{ type: "text", text: `${canary} part` }], name: `${canary}-name` },
    { role: "user", content: canary },
  ],
  stop: [canary],
  metadata: { note: canary },
  trace: { trace_name: canary },
  prediction: { type: "content", content: canary },
  logit_bias: { [canary]: 1 },
  response_format: { type: "json_schema", json_schema: { name: canary, schema: { title: canary } } },
  tools: [{ type: "function", function: { name: "f", description: canary, parameters: { title: canary } } }],
  provider: { sort: { by: canary }, max_price: { [canary]: 1 } },
  plugins: [{ id: "web", search_prompt: canary }],
};
const headers = {
  authorization: `Bearer ${key}`,
  "content-type": "application/json",
  cookie: canary,
  "x-api-key": canary,
  "x-provider-api-keys": JSON.stringify({ openai: canary }),
  "http-referer": `https://${canary}.example`,
};

async function call({ audit, fake }: World, stream: boolean, url = "/chat/completions") {
  const given = asking({ headers }, { ...body, stream });
  const response = await audit.fetch(`${fake.url}${url}`, given);
  await response.text().catch(() => undefined);
}

/** Nothing under the directory may hold the canary, in any spelling a search would find. */
function expectNoCanary({ directory, problems }: World): void {
  const texts = readdirSync(directory).map((name) => readFileSync(join(directory, name), "utf8"));
  expect(texts.join("").toLowerCase()).not.toContain(canary.toLowerCase());
  expect(texts.join("")).not.toContain(key);
  expect(texts.join("")).not.toContain(Buffer.from(canary).toString("base64").slice(0, 12));
  expect(JSON.stringify(problems)).not.toContain(canary);
  expect(journalTextIn(directory)).toContain('"event_type":"chat_completion"');
}

const sse = { "content-type": "text/event-stream" };
const answers: readonly (readonly [string, Behaviour])[] = [
  ["an answer that repeats it", { text: canary, reasoning: canary }],
  ["tool arguments", { toolCalls: [{ name: "f", arguments: { secret: canary } }] }],
  ["a prompt that was flagged", { error: "moderation" }],
  ["a guardrail's patterns", { error: { name: "guardrail", metadata: { patterns: [canary] } } }],
  ["a provider's raw error", { error: { name: 400, metadata: { raw: canary, provider_name: canary } } }],
  ["an error in the middle of the stream", { text: canary, streamError: { error: 502 } }],
  ["an error inside", { text: canary, errorInside: { form: "choice", error: "moderation" } }],
  ["a web page", { raw: { headers: { "content-type": "text/html" }, body: `<p>${canary}` } }],
  ["a refusal that is no JSON", { raw: { status: 400, body: canary } }],
  ["a broken event", { raw: { headers: sse, body: `data: {"${canary}\n\nevent: ${canary}\n\n` } }],
  ["a reset", { text: canary, reset: { afterChunks: 3 } }],
  ["response headers", { headers: { "set-cookie": canary, "x-own": canary } }],
];

describe.each([false, true])("streamed: %s", (stream) => {
  test.each(answers)("nothing of the prompt is kept: %s", async (_name, behaviour) => {
    const world = await openWorld();
    world.fake.next(behaviour);
    await call(world, stream);
    expect(world.entries()).toHaveLength(1);
    await world.audit.close();
    expectNoCanary(world);
  });
});

test("keys in messages of errors are masked", async () => {
  const world = await openWorld();
  world.fake.next({ error: { name: 401, message: `Key ${key} is disabled, Bearer ${key}` } });
  await call(world, false);
  expect(world.entries()[0].error_message).toBe("Key [redacted] is disabled, Bearer [redacted]");
});

test("keys that were put into names are masked", async () => {
  const world = await openWorld();
  const given = asking({}, { model: key, messages: [], user: `user ${key}`, tool_choice: key });
  await (await world.audit.fetch(`${world.fake.url}/chat/completions`, given)).text();
  expect(journalTextIn(world.directory)).not.toContain(key);
  expect(world.entries()[0]).toMatchObject({ model: "[redacted]", claimed_user: "user [redacted]" });
});

test("of other endpoints neither bodies, queries nor identifiers are kept", async () => {
  const world = await openWorld();
  const answer = { data: { hash: canary }, key: canary, secret: canary };
  world.fake.script(() => ({
    raw: { headers: { "content-type": "application/json" }, body: JSON.stringify(answer) },
  }));
  await call(world, false, "/keys");
  await call(world, false, `/keys/0123456789abcdef?key=${canary}&code=${key}`);
  await call(world, false, `/byok/${"x".repeat(41)}${canary}`);
  await call(world, false);
  expect(world.entries().map(({ endpoint }) => endpoint)).toEqual([
    "/api/v1/keys",
    "/api/v1/keys/{id}",
    "/api/v1/byok/{id}",
    "/api/v1/chat/completions",
  ]);
  expectNoCanary(world);
});

test("long messages of errors are cut", async () => {
  const world = await openWorld();
  world.fake.next({ error: { name: 400, message: "x".repeat(10_000) } });
  await call(world, false);
  expect(world.entries()[0].error_message).toBe(`${"x".repeat(500)}…[truncated]`);
});
