import { eventsOf, openFake, post, type Wire } from "./open-fake.ts";

const model = "anthropic/claude-sonnet-4.5";
const messages = [{ role: "user" as const, content: "Grüße an 世界 👋" }];
const ask = { model, max_tokens: 1000, messages };
const said = "Hello! You said: Grüße an 世界 👋";
const weather = {
  name: "weather",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } } },
};
const thinking = { type: "enabled" as const, budget_tokens: 1024 };
const send = (fake: Wire, body: unknown = ask, headers = {}) => post(fake, "/messages", body, headers);
const typesOf = (events: Wire[]) => events.map(({ type }) => type);

describe("a message", () => {
  test("has its own id, the generation's is in the header", async () => {
    const fake = await openFake();
    const response = await send(fake);
    const body = await response.json();
    expect(body).toMatchObject({
      type: "message",
      role: "assistant",
      model,
      provider: "Anthropic",
      content: [{ type: "text", text: said }],
      stop_reason: "end_turn",
    });
    expect(body.id).toMatch(/^msg_/);
    expect(fake.generations).toMatchObject([
      { id: response.headers.get("x-generation-id"), usage: body.usage.cost, streamed: false },
    ]);
  });

  test("counts and costs the same as a chat completion, cached input apart from the rest", async () => {
    const fake = await openFake({ script: () => ({ usage: { cachedTokens: 4 } }) });
    const { usage } = await (await post(fake, "/chat/completions", { model, messages })).json();
    expect((await (await send(fake)).json()).usage).toMatchObject({
      input_tokens: usage.prompt_tokens - 4,
      cache_read_input_tokens: 4,
      output_tokens: usage.completion_tokens,
      cost: usage.cost,
      cost_details: usage.cost_details,
      is_byok: false,
    });
  });

  test.each([
    [{ max_tokens: 2 }, {}, "max_tokens"],
    [{ tools: [weather] }, {}, "tool_use"],
    [{ tools: [weather], tool_choice: { type: "none" } }, {}, "end_turn"],
    [{}, { finishReason: "content_filter" }, "refusal"],
    [{}, { finishReason: null }, null],
  ] as const)("asked for with %j and scripted as %j stops with %s", async (extra, behaviour, reason) => {
    const fake = await openFake({ script: () => behaviour });
    expect((await (await send(fake, { ...ask, ...extra })).json()).stop_reason).toBe(reason);
    const events = eventsOf(await (await send(fake, { ...ask, ...extra, stream: true })).text());
    expect(events.at(-2)).toMatchObject({ type: "message_delta", delta: { stop_reason: reason } });
  });

  test("thinks when asked to, and answers by a schema", async () => {
    const fake = await openFake();
    const { content } = await (await send(fake, { ...ask, thinking })).json();
    expect(content).toMatchObject([
      {
        type: "thinking",
        thinking: expect.stringContaining("greet"),
        signature: expect.stringMatching(/.{40}/),
      },
      { type: "text" },
    ]);
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const output_config = { format: { type: "json_schema", schema } };
    const answer = await (await send(fake, { ...ask, output_config })).json();
    expect(JSON.parse(answer.content[0].text)).toEqual({ city: messages[0]!.content });
  });

  test("counts the system prompt, and knows who asks", async () => {
    const fake = await openFake();
    const plain = await (await send(fake)).json();
    const body = { ...ask, system: [{ type: "text", text: "Be brief" }], metadata: { user_id: "ada" } };
    const instructed = await (await send(fake, body)).json();
    expect(instructed.usage.input_tokens).toBeGreaterThan(plain.usage.input_tokens);
    expect(fake.generations[1]).toMatchObject({ external_user: "ada" });
  });

  test("is served by one of the `fallbacks`, described when asked to, and costs nothing from the cache", async () => {
    const fake = await openFake();
    const headers = { "x-openrouter-metadata": "enabled", "x-openrouter-cache": "true" };
    const body = { ...ask, fallbacks: [{ model: "openai/gpt-5-mini" }] };
    fake.next({ unavailable: [model] });
    expect(await (await send(fake, body, headers)).json()).toMatchObject({
      model: "openai/gpt-5-mini",
      openrouter_metadata: { strategy: "fallback" },
    });
    const hit = await send(fake, body, headers);
    expect(hit.headers.get("x-openrouter-cache-status")).toBe("HIT");
    expect((await hit.json()).usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cost: 0 });
  });
});

describe("a stream of message events", () => {
  const stream = { ...ask, stream: true };

  test("names each event, and tells each block from its start to its stop", async () => {
    const fake = await openFake();
    fake.next({
      reasoning: "Hm",
      text: "Well",
      toolCalls: [{ name: "weather", arguments: { city: "Ulm" } }],
    });
    const headers = { "x-openrouter-metadata": "enabled" };
    const body = await (await send(fake, stream, headers)).text();
    const events = eventsOf(body);
    expect(body.startsWith(": OPENROUTER PROCESSING\n\nevent: message_start\ndata: {")).toBe(true);
    expect(body).not.toContain("[DONE]");
    expect([...body.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(typesOf(events));
    expect(
      events.map(({ type, index, delta }) => [type, index, delta?.type].filter((of) => of !== undefined)),
    ).toEqual([
      ["message_start"],
      ["ping"],
      ["content_block_start", 0],
      ["content_block_delta", 0, "thinking_delta"],
      ["content_block_delta", 0, "signature_delta"],
      ["content_block_stop", 0],
      ["content_block_start", 1],
      ["content_block_delta", 1, "text_delta"],
      ["content_block_stop", 1],
      ["content_block_start", 2],
      ["content_block_delta", 2, "input_json_delta"],
      ["content_block_delta", 2, "input_json_delta"],
      ["content_block_stop", 2],
      ["message_delta"],
      ["message_stop"],
    ]);
    expect(events[0].message).toMatchObject({ provider: "Anthropic", content: [], stop_reason: null });
    expect(events.filter((event) => event.openrouter_metadata)).toEqual([events.at(-1)]);
  });

  test("reports the same usage as the whole message", async () => {
    const fake = await openFake();
    const whole = await (await send(fake)).json();
    expect(eventsOf(await (await send(fake, stream)).text()).at(-2).usage).toEqual(whole.usage);
  });

  test("may break with an error that keeps the precise type", async () => {
    const fake = await openFake();
    fake.next({ streamError: { error: 529, afterContentChunks: 3 } });
    const response = await send(fake, stream);
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(body).toMatch(/event: error\ndata: [^\n]*\n\n$/);
    expect(typesOf(eventsOf(body)).filter((type) => type === "content_block_delta")).toHaveLength(3);
    expect(typesOf(eventsOf(body))).not.toContain("content_block_stop");
    expect(eventsOf(body).at(-1)).toEqual({
      type: "error",
      error: {
        type: "overloaded_error",
        message: "Provider returned error",
        error_type: "provider_overloaded",
      },
    });
    expect(fake.generations).toMatchObject([{ finish_reason: "error" }]);
  });

  test("can end in [DONE], as has been seen", async () => {
    const fake = await openFake({ script: [{ messagesDone: true }] });
    const body = await (await send(fake, stream)).text();
    expect(body.endsWith('data: {"type":"message_stop"}\n\nevent: data\ndata: [DONE]\n\n')).toBe(true);
  });

  test("can leave its usage out", async () => {
    const fake = await openFake({ script: () => ({ usageForm: "none" }) });
    expect(await (await send(fake, stream)).text()).not.toContain('"cost"');
    expect(await (await send(fake)).json()).not.toHaveProperty("usage");
  });
});
