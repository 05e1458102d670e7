import { openWorld } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";
import { asking, sameWithAudit } from "../support/same-with-audit.ts";

async function entryOf(body: object, behaviour = {}) {
  const { audit, fake, entries } = await openWorld();
  fake.next(behaviour);
  const given = { ...hello, ...body };
  await (await audit.fetch(`${fake.url}/chat/completions`, asking({}, given))).text();
  return { entry: entries()[0], request: fake.requests[0]!, text: JSON.stringify(given) };
}

test("the user that the request names is a claim and nothing more", async () => {
  const { entry } = await entryOf({ user: "root" });
  expect(entry).toMatchObject({ claimed_user: "root", user_id: null, attribution: { how: "no_context" } });
});

test("parameters are numbers, booleans and short words", async () => {
  const { entry } = await entryOf({
    temperature: 0,
    top_p: 0.9,
    seed: -1,
    max_tokens: 100,
    n: null,
    logprobs: false,
    logit_bias: { 50256: -100 },
    stop: ["CANARY-1", "CANARY-2"],
    tool_choice: { type: "function", function: { name: "weather" } },
    response_format: { type: "json_schema", json_schema: { name: "CANARY", schema: {} } },
    reasoning: { effort: "high", max_tokens: 500, enabled: true, exclude: false, summary: "auto" },
    modalities: ["image", "text"],
    service_tier: "flex",
    parallel_tool_calls: true,
    metadata: { a: "CANARY" },
    prediction: { type: "content", content: "CANARY" },
  });
  expect(entry.parameters).toEqual({
    temperature: 0,
    top_p: 0.9,
    seed: -1,
    max_tokens: 100,
    logprobs: false,
    stop_count: 2,
    tool_choice: "weather",
    response_format: "json_schema",
    reasoning_effort: "high",
    reasoning_max_tokens: 500,
    reasoning_enabled: true,
    reasoning_exclude: false,
    reasoning_summary: "auto",
    modalities: "image,text",
    service_tier: "flex",
    parallel_tool_calls: true,
  });
});

test.each([
  ["a mode", "required", "required"],
  ["a custom tool", { type: "custom", custom: { name: "grep" } }, "grep"],
  ["a list of allowed tools", { type: "allowed_tools", allowed_tools: { mode: "auto" } }, "allowed_tools"],
])("tool_choice may be %s", async (_name, tool_choice, expected) => {
  const { entry } = await entryOf({ tool_choice, stop: "x" }, { text: "a" });
  expect(entry.parameters).toEqual({ tool_choice: expected, stop_count: 1 });
});

test("a request that asks nothing of the routing has no policy", async () => {
  expect((await entryOf({})).entry).toMatchObject({ policy: null, parameters: {} });
});

test("what a request asks of the routing is its policy", async () => {
  const { entry } = await entryOf({
    models: ["openai/gpt-4o-mini"],
    plugins: [
      { id: "web", search_prompt: "CANARY" },
      { id: "context-compression", enabled: false },
    ],
    provider: {
      zdr: true,
      data_collection: "deny",
      allow_fallbacks: false,
      order: ["OpenAI"],
      only: ["OpenAI", "Azure"],
      ignore: [],
      max_price: { prompt: 1, completion: "2.5", other: 3 },
      quantizations: ["fp8", "bf16"],
      sort: { by: "price", partition: "none" },
      require_parameters: true,
      enforce_distillable_text: false,
    },
  });
  expect(entry.policy).toEqual({
    zdr: true,
    preset: null,
    data_collection: "deny",
    allow_fallbacks: false,
    provider_order: ["OpenAI"],
    provider_only: ["OpenAI", "Azure"],
    provider_ignore: [],
    fallback_models: ["openai/gpt-4o-mini"],
    plugins: ["web"],
    plugins_off: ["context-compression"],
    max_price: { prompt: 1, completion: "2.5" },
    quantizations: ["fp8", "bf16"],
    sort: "price",
    require_parameters: true,
    enforce_distillable_text: false,
  });
});

test("tools are named by their function, their custom name, or their type", async () => {
  const tools = [
    { type: "function", function: { name: "weather", description: "CANARY" } },
    { type: "custom", custom: { name: "grep" } },
    { type: "openrouter:web_search" },
    "nonsense",
  ];
  const toolCalls = [{ name: "weather", arguments: { city: "CANARY" } }];
  const { entry } = await entryOf({ tools }, { toolCalls });
  expect(entry.tools).toEqual({ offered: ["weather", "grep", "openrouter:web_search"], called: ["weather"] });
});

test("sizes, tokens and costs are exactly those of the wire", async () => {
  const usage = {
    promptTokens: 1000,
    completionTokens: 7,
    cachedTokens: 900,
    reasoningTokens: 5,
    costUsd: 1e-7,
  };
  const { entry, request, text } = await entryOf({}, { usage, gzip: true });
  expect(entry).toMatchObject({
    prompt_tokens: 1000,
    completion_tokens: 7,
    total_tokens: 1007,
    cached_tokens: 900,
    reasoning_tokens: 5,
    cost_usd: 1e-7,
    is_byok: false,
    request_bytes: Buffer.byteLength(text),
  });
  // After decoding, that is: fewer bytes have travelled.
  expect(entry.response_bytes).toBeGreaterThan(request.bytesSent);
});

test("times run from the call to the first word and to the end", async () => {
  const before = Date.now();
  const { entry } = await entryOf({ stream: true }, { latencyMs: 60, text: "a b c d", chunkDelayMs: 30 });
  const after = Date.now();
  expect(Date.parse(entry.timestamp)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(entry.recorded_at)).toBeLessThanOrEqual(after);
  expect(entry.time_to_first_token_ms).toBeGreaterThanOrEqual(59);
  expect(entry.latency_ms).toBeGreaterThanOrEqual(entry.time_to_first_token_ms + 60);
  expect(entry.latency_ms).toBeLessThanOrEqual(after - before + 1);
});

test("a finish reason of error is an error, though no error is told", async () => {
  const { entry } = await entryOf({}, { finishReason: "error", text: "Half a" });
  expect(entry).toMatchObject({ status: "error", response_complete: true, finish_reason: "error" });
});

test("numbers that are none, and members of other types, are null", async () => {
  const odd = {
    id: 5,
    model: ["x"],
    provider: null,
    choices: [{ index: "0", finish_reason: 7, message: { content: 5, tool_calls: {} } }, null, "x"],
    usage: { prompt_tokens: 1.5, completion_tokens: "7", cost: null, is_byok: "yes", cost_details: [] },
  };
  const [entry] = await sameWithAudit(async ({ fetch, url }) => (await fetch(url, asking())).json(), {
    raw: { headers: { "content-type": "application/json" }, body: JSON.stringify(odd) },
  });
  expect(entry).toMatchObject({
    generation_id: null,
    model_served: null,
    finish_reason: null,
    prompt_tokens: null,
    completion_tokens: null,
    cost_usd: null,
    is_byok: null,
  });
});
