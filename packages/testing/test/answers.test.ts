import { tokenize } from "../src/index.ts";
import { chat, hello, openFake } from "./open-fake.ts";

describe("a chat completion", () => {
  test("repeats what the user said, the same way every time", async () => {
    const fake = await openFake();
    const [first, second] = [await (await chat(fake)).json(), await (await chat(fake)).json()];
    expect(first.choices[0].message.content).toBe("Hello! You said: Grüße an 世界 👋");
    expect(second.choices).toEqual(first.choices);
    expect(second.usage).toEqual(first.usage);
    expect(second.id).not.toBe(first.id);
  });

  test("names the provider and the provider's own finish reason, which the SDK's types leave out", async () => {
    const fake = await openFake();
    const body = await (await chat(fake, { ...hello, model: "google/gemini-2.5-flash" })).json();
    expect(body).toMatchObject({
      provider: "Google",
      choices: [
        { finish_reason: "stop", native_finish_reason: "STOP", message: { annotations: [], refusal: null } },
      ],
    });
  });

  test("has its generation id in the headers", async () => {
    const fake = await openFake();
    const response = await chat(fake);
    const { id } = await response.json();
    expect(id).toMatch(/^gen-\d+-[A-Za-z0-9]{20}$/);
    expect(response.headers.get("x-generation-id")).toBe(id);
  });

  test("costs what its tokens cost", async () => {
    const fake = await openFake();
    const { usage, choices } = await (await chat(fake)).json();
    expect(usage.completion_tokens).toBe(tokenize(choices[0].message.content).length);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    expect(usage.cost).toBeCloseTo(
      usage.prompt_tokens * 0.000_000_25 + usage.completion_tokens * 0.000_002,
      10,
    );
  });

  test("stops at the request's token limit", async () => {
    const fake = await openFake();
    const { choices, usage } = await (await chat(fake, { ...hello, max_tokens: 3 })).json();
    expect(choices[0]).toMatchObject({ finish_reason: "length", native_finish_reason: "max_output_tokens" });
    expect(usage.completion_tokens).toBe(3);
  });

  test("calls an offered tool with arguments that fit its schema, then uses the result", async () => {
    const fake = await openFake();
    const parameters = {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer" } },
    };
    const tools = [{ type: "function", function: { name: "weather", parameters } }];
    const { choices } = await (await chat(fake, { ...hello, tools })).json();
    const [call] = choices[0].message.tool_calls;
    expect(choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    expect(JSON.parse(call.function.arguments)).toEqual({ city: hello.messages[0].content, days: 1 });

    const result = { role: "tool", tool_call_id: call.id, content: "rain" };
    const messages = [...hello.messages, choices[0].message, result];
    const after = await (await chat(fake, { ...hello, tools, messages })).json();
    expect(after.choices[0].message.content).toBe("The tool answered: rain");
  });

  test("fills the schema a request wants its answer in", async () => {
    const fake = await openFake();
    const schema = {
      type: "object",
      properties: { mood: { enum: ["glad", "sad"] }, tags: { type: "array" } },
    };
    const response_format = { type: "json_schema", json_schema: { name: "mood", schema } };
    const { choices } = await (await chat(fake, { ...hello, response_format })).json();
    expect(JSON.parse(choices[0].message.content)).toEqual({ mood: "glad", tags: [] });
  });

  test("shows its reasoning when asked to, and charges for reasoning it does not show", async () => {
    const fake = await openFake();
    const shown = await (await chat(fake, { ...hello, reasoning: { effort: "low" } })).json();
    const hidden = await (await chat(fake, { ...hello, reasoning: { effort: "low", exclude: true } })).json();
    expect(shown.choices[0].message.reasoning).toContain("greet");
    expect(hidden.choices[0].message.reasoning).toBeNull();
    expect(shown.usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    expect(hidden.usage).toEqual(shown.usage);
  });

  test("says exactly what is scripted", async () => {
    const fake = await openFake();
    fake.next({
      text: "Nein.",
      finishReason: "content_filter",
      model: "openai/gpt-4o-mini",
      provider: "Azure",
      usage: { promptTokens: 7, completionTokens: 2, cachedTokens: 5, isByok: true, upstreamCostUsd: 0.25 },
    });
    expect(await (await chat(fake)).json()).toMatchObject({
      model: "openai/gpt-4o-mini",
      provider: "Azure",
      choices: [{ finish_reason: "content_filter", message: { content: "Nein." } }],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        cost: 0,
        is_byok: true,
        cost_details: { upstream_inference_cost: 0.25 },
        prompt_tokens_details: { cached_tokens: 5 },
      },
    });
  });
});

describe("a status of 200 with an error inside", () => {
  test("has the envelope in place of choices", async () => {
    const fake = await openFake({ script: [{ errorInside: { form: "envelope", error: 502 } }] });
    const response = await chat(fake);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      error: expect.objectContaining({ code: 502 }),
      user_id: expect.any(String),
    });
  });

  test("or has the error in its choice, beside half of the text", async () => {
    const fake = await openFake({
      script: [{ text: "one two", errorInside: { form: "choice", error: 502 } }],
    });
    expect((await (await chat(fake)).json()).choices[0]).toMatchObject({
      finish_reason: "error",
      error: { code: 502 },
      message: { content: "one " },
    });
  });
});
