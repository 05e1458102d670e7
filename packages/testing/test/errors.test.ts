import { chat, get, hello, key, openFake } from "./open-fake.ts";

const message = async (response: Awaited<ReturnType<typeof chat>>) => (await response.json()).error.message;

describe("keys", () => {
  test("a request without a key is refused", async () => {
    const fake = await openFake();
    const response = await fetch(`${fake.url}/key`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { code: 401, message: "Missing Authentication header" },
    });
  });

  test.each(["Bearer nonsense", "Bearer sk-or-v1-"])("%s is no key", async (authorization) => {
    const fake = await openFake();
    expect((await chat(fake, hello, { authorization })).status).toBe(401);
  });

  test("only the keys given are accepted, if any are given", async () => {
    const fake = await openFake({ apiKeys: ["sk-or-v1-one"] });
    expect((await chat(fake, hello, { authorization: "Bearer sk-or-v1-one" })).status).toBe(200);
    expect(await message(await chat(fake))).toBe("User not found.");
  });

  test("account endpoints want a management key, which in turn cannot be used for inference", async () => {
    const fake = await openFake({ managementKeys: ["sk-or-v1-m"] });
    const authorization = "Bearer sk-or-v1-m";
    expect(await message(await get(fake, "/activity"))).toBe(
      "Only management keys can perform this operation",
    );
    expect((await get(fake, "/credits")).status).toBe(403);
    expect((await get(fake, "/credits", { authorization })).status).toBe(200);
    expect((await chat(fake, hello, { authorization })).status).toBe(403);
  });
});

describe("requests that make no sense", () => {
  test.each([
    ["no JSON", "{", "Invalid JSON in request body"],
    ["no messages", { model: hello.model }, 'Input required: specify "prompt" or "messages"'],
    ["an empty list of messages", { messages: [] }, "messages: expected a list with at least one message"],
    ["a message without a role", { messages: [{ content: "hi" }] }, "messages.0.role: expected text"],
  ])("%s is answered with 400", async (_title, body, expected) => {
    const fake = await openFake();
    const response = await chat(fake, body);
    expect(response.status).toBe(400);
    expect(await message(response)).toBe(expected);
  });

  test("an unknown path is answered with 404 in the envelope", async () => {
    const fake = await openFake();
    expect(await (await get(fake, "/nowhere")).json()).toMatchObject({
      error: { code: 404, message: "Not Found" },
    });
    expect((await fetch(`${fake.origin}/chat/completions`, { method: "POST" })).status).toBe(404);
  });
});

describe("models", () => {
  const ask = async (body: object) => {
    const fake = await openFake();
    const response = await chat(fake, { messages: hello.messages, ...body });
    return { status: response.status, body: await response.json() };
  };

  test("a name without its provider's prefix is no model id", async () => {
    const { status, body } = await ask({ model: "gpt-5-mini" });
    expect(status).toBe(400);
    expect(body.error.message).toBe("gpt-5-mini is not a valid model ID");
  });

  test("an id nobody serves is not found", async () => {
    const { status, body } = await ask({ model: "openai/gpt-99" });
    expect(status).toBe(404);
    expect(body.error.availability).toMatchObject({
      code: "model_not_found",
      requested_models: ["openai/gpt-99"],
    });
  });

  test.each([
    ["openai/gpt-4o-mini:online", "openai/gpt-4o-mini"],
    ["openai/gpt-4o-mini@preset/terse", "openai/gpt-4o-mini"],
    ["@preset/terse", "openai/gpt-5-mini"],
    ["openrouter/auto", "openai/gpt-5-mini"],
    ["~anthropic/claude-latest", "anthropic/claude-sonnet-4.5"],
    [undefined, "openai/gpt-5-mini"],
  ])("%s is served by %s", async (model, served) => {
    expect((await ask({ model })).body.model).toBe(served);
  });

  test("a free variant costs nothing, and not every model has one", async () => {
    expect((await ask({ model: "deepseek/deepseek-chat-v3.1:free" })).body.usage.cost).toBe(0);
    const { status, body } = await ask({ model: "openai/gpt-5-mini:free" });
    expect(status).toBe(404);
    expect(body.error.message).toBe("No endpoints found for openai/gpt-5-mini:free.");
  });

  test("a data policy that no endpoint meets is told apart from a missing model", async () => {
    const model = "deepseek/deepseek-chat-v3.1";
    expect((await ask({ model, provider: { zdr: true } })).body.error.availability).toMatchObject({
      code: "privacy_restricted",
      excluded_by: "data_policy:zdr",
    });
    const { body } = await ask({ model, provider: { data_collection: "deny" } });
    expect(body.error.availability.excluded_by).toBe("data_policy:training");
    expect((await ask({ model, provider: { only: ["OpenAI"] } })).body.error.availability.excluded_by).toBe(
      "allowed_providers",
    );
  });

  test("the next of `models` serves when the first one is down", async () => {
    const fake = await openFake({ script: () => ({ unavailable: ["openai/gpt-5-mini"] }) });
    const headers = { "x-openrouter-metadata": "enabled" };
    const body = await (await chat(fake, { ...hello, models: ["google/gemini-2.5-flash"] }, headers)).json();
    expect(body).toMatchObject({
      model: "google/gemini-2.5-flash",
      openrouter_metadata: {
        requested: hello.model,
        strategy: "fallback",
        attempts: [{ status: 503 }, { status: 200 }],
      },
    });
    expect((await chat(fake)).status).toBe(503);
  });
});

describe("scripted errors", () => {
  test("a rate limit of OpenRouter's own says when to come back", async () => {
    const fake = await openFake({
      script: [{ error: { name: 429, retryAfterSeconds: 7 } }, { error: "provider_rate_limited" }],
    });
    const own = await chat(fake);
    expect(own.headers.get("retry-after")).toBe("7");
    expect(own.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(own.headers.has("x-generation-id")).toBe(false);

    const upstream = await chat(fake);
    expect(upstream.headers.has("x-ratelimit-limit")).toBe(false);
    expect(upstream.headers.has("x-generation-id")).toBe(true);
    expect((await upstream.json()).error.metadata).toMatchObject({
      provider_name: "OpenAI",
      raw: expect.any(String),
    });
  });

  test("moderation quotes no more than a hundred characters of the prompt", async () => {
    const fake = await openFake({ script: [{ error: "moderation" }] });
    const messages = [{ role: "user", content: "very long ".repeat(40) }];
    const { error } = await (await chat(fake, { ...hello, messages })).json();
    expect(error.metadata).toMatchObject({
      provider_name: "OpenAI",
      model_slug: hello.model,
      reasons: [expect.any(String)],
    });
    expect(error.metadata.flagged_input).toHaveLength(100);
  });

  test("errors from beyond the router carry its metadata when asked to, except a masked 500", async () => {
    const fake = await openFake({ script: [{ error: "guardrail" }, { error: 500 }, { error: 429 }] });
    const headers = { "x-openrouter-metadata": "enabled" };
    const guardrail = await (await chat(fake, hello, headers)).json();
    expect(guardrail.openrouter_metadata).toMatchObject({
      requested: hello.model,
      pipeline: [{ type: "guardrail" }],
    });
    expect(await (await chat(fake, hello, headers)).json()).not.toHaveProperty("openrouter_metadata");
    expect(await (await chat(fake, hello, headers)).json()).not.toHaveProperty("openrouter_metadata");
  });

  test("a stream that fails before its first token fails with an ordinary status", async () => {
    const fake = await openFake({ script: [{ error: { name: "no_provider", message: "Nobody is there" } }] });
    const response = await chat(fake, { ...hello, stream: true });
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await message(response)).toBe("Nobody is there");
  });

  test("a script that throws is answered with 500 and its own words", async () => {
    const fake = await openFake({
      script: () => {
        throw new Error("no such case");
      },
    });
    expect(await message(await chat(fake))).toBe("The script failed: no such case");
  });
});

test("an error never shows the key it was asked with", async () => {
  const fake = await openFake({ apiKeys: [] });
  expect(await (await chat(fake)).text()).not.toContain(key);
});
