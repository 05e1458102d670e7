import * as models from "@openrouter/sdk/models";
import { eventsOf, openFake, post, type Wire } from "./open-fake.ts";

const model = "openai/gpt-5-mini";
const ask = { model, input: "Grüße an 世界 👋" };
const stream = { ...ask, stream: true };
const said = "Hello! You said: Grüße an 世界 👋";
const weather = {
  type: "function" as const,
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};
const send = (fake: Wire, body: unknown = ask, headers = {}) => post(fake, "/responses", body, headers);
const typesOf = (events: Wire[]) => events.map(({ type }) => type);

describe("a response", () => {
  test("has its own id, the generation's is in the header", async () => {
    const fake = await openFake({ generationDelayMs: 0 });
    const response = await send(fake);
    const body = await response.json();
    expect(body).toMatchObject({ object: "response", status: "completed", model, error: null });
    expect(body.output).toMatchObject([{ type: "message", content: [{ type: "output_text", text: said }] }]);
    expect(body.id).toMatch(/^resp_/);
    expect(response.headers.get("x-generation-id")).toMatch(/^gen-/);
    expect(fake.generations).toMatchObject([
      { id: response.headers.get("x-generation-id"), usage: body.usage.cost, finish_reason: "stop" },
    ]);
  });

  test("counts and costs the same as a chat completion", async () => {
    const fake = await openFake();
    const chat = { model, messages: [{ role: "user", content: ask.input }] };
    const { usage } = await (await post(fake, "/chat/completions", chat)).json();
    expect((await (await send(fake)).json()).usage).toMatchObject({
      input_tokens: usage.prompt_tokens,
      output_tokens: usage.completion_tokens,
      total_tokens: usage.total_tokens,
      cost: usage.cost,
      is_byok: false,
      cost_details: { upstream_inference_cost: usage.cost_details.upstream_inference_cost },
    });
  });

  test.each([
    ["a plain answer", {}, {}],
    ["a tool call", { tools: [weather] }, {}],
    ["reasoning", { reasoning: { effort: "low" } }, {}],
    ["router metadata", {}, { "x-openrouter-metadata": "enabled" }],
    ["a cut answer", { max_output_tokens: 2 }, {}],
    ["an echo of the upstream body", { debug: { echo_upstream_body: true } }, {}],
    [
      "a schema",
      { text: { format: { type: "json_schema", name: "n", schema: { properties: { a: {} } } } } },
      {},
    ],
  ])("with %s satisfies the SDK's schemas, whole and streamed", async (_title, extra, headers) => {
    const fake = await openFake();
    const whole = await (await send(fake, { ...ask, ...extra }, headers)).json();
    expect(models.OpenResponsesResult$inboundSchema.parse(whole).model).toBe(model);
    const events = eventsOf(await (await send(fake, { ...stream, ...extra }, headers)).text());
    for (const event of events) {
      expect(models.StreamEvents$inboundSchema.parse(event)).not.toMatchObject({ isUnknown: true });
    }
    const { response } = events.at(-1);
    expect(response.usage).toEqual(whole.usage);
    expect(response.output.map(({ id: _id, ...item }: Wire) => item)).toEqual(
      whole.output.map(({ id: _id, ...item }: Wire) => item),
    );
  });

  test("that was cut off is incomplete, and so is its message", async () => {
    const fake = await openFake();
    expect(await (await send(fake, { ...ask, max_output_tokens: 2 })).json()).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      completed_at: null,
      output: [{ type: "message", status: "incomplete" }],
    });
    fake.next({ finishReason: "content_filter" });
    expect((await (await send(fake)).json()).incomplete_details).toEqual({ reason: "content_filter" });
  });

  test("follows the conversation: instructions count, and a tool's output is answered", async () => {
    const fake = await openFake();
    const plain = await (await send(fake)).json();
    const instructed = await (await send(fake, { ...ask, instructions: "Be brief and kind" })).json();
    expect(instructed.usage.input_tokens).toBeGreaterThan(plain.usage.input_tokens);
    const input = [
      { role: "user", content: [{ type: "input_text", text: "Weather?" }] },
      { type: "function_call", call_id: "call_1", name: "weather", arguments: "{}" },
      { type: "function_call_output", call_id: "call_1", output: "sunny" },
    ];
    const { output } = await (await send(fake, { model, input, tools: [weather] })).json();
    expect(output).toMatchObject([{ content: [{ text: "The tool answered: sunny" }] }]);
  });

  test("is served by the next of `models`, described when asked to, and costs nothing from the cache", async () => {
    const fake = await openFake();
    const headers = { "x-openrouter-metadata": "enabled", "x-openrouter-cache": "true" };
    fake.next({ unavailable: [model] });
    const body = { ...ask, models: ["google/gemini-2.5-flash"] };
    expect(await (await send(fake, body, headers)).json()).toMatchObject({
      model: "google/gemini-2.5-flash",
      openrouter_metadata: { strategy: "fallback" },
    });
    const hit = await send(fake, body, headers);
    expect(hit.headers.get("x-openrouter-cache-status")).toBe("HIT");
    expect((await hit.json()).usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cost: 0 });
  });
});

describe("a stream of response events", () => {
  test("tells each item from its beginning to its end, in numbered events", async () => {
    const fake = await openFake();
    fake.next({
      reasoning: "Hm.",
      text: "Well",
      toolCalls: [{ name: "weather", arguments: { city: "Ulm" } }],
    });
    const body = await (await send(fake, stream)).text();
    const events = eventsOf(body);
    expect(body.startsWith(": OPENROUTER PROCESSING\n\n")).toBe(true);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(body).not.toContain("event:");
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(typesOf(events)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.reasoning_text.delta",
      "response.reasoning_text.delta",
      "response.reasoning_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events[0].response).toMatchObject({ status: "in_progress", output: [], usage: null });
    const done = events.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
    expect(events.at(-1).response.output).toEqual(done);
  });

  test("shows the upstream body first when asked to", async () => {
    const fake = await openFake();
    const [first] = eventsOf(
      await (await send(fake, { ...stream, debug: { echo_upstream_body: true } })).text(),
    );
    expect(first).toMatchObject({ type: "response.debug", sequence_number: 0 });
    expect(first.debug.echo_upstream_body).toMatchObject({ model });
  });

  test("may break with a failed response, which keeps the precise error type", async () => {
    const fake = await openFake();
    fake.next({ streamError: { error: 502 } });
    const response = await send(fake, stream);
    const body = await response.text();
    const last = eventsOf(body).at(-1);
    expect(response.status).toBe(200);
    expect(body).not.toContain("[DONE]");
    expect(eventsOf(body).filter(({ type }) => type === "response.output_text.delta")).toHaveLength(2);
    expect(last).toMatchObject({
      type: "response.failed",
      response: {
        status: "failed",
        error: { code: "server_error", message: "Provider returned error" },
        error_type: "provider_unavailable",
        output: [{ status: "incomplete" }],
      },
    });
    models.StreamEvents$inboundSchema.parse(last);
    expect(fake.generations).toMatchObject([{ finish_reason: "error" }]);
  });

  test.each([
    ["error", { type: "error", code: "rate_limit_exceeded", message: expect.any(String), param: null }],
    ["response.error", { type: "response.error", error: { code: "rate_limit_exceeded" } }],
  ] as const)("may break with the event %s", async (event, expected) => {
    const fake = await openFake();
    fake.next({ streamError: { error: 429, event, afterContentChunks: 0, done: true } });
    const body = await (await send(fake, stream)).text();
    expect(eventsOf(body).at(-1)).toMatchObject(expected);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("that fails at a limit of length has succeeded, only not to its end", async () => {
    const fake = await openFake();
    fake.next({ streamError: { error: "context_length" } });
    expect(eventsOf(await (await send(fake, stream)).text()).at(-1)).toMatchObject({
      type: "response.incomplete",
      response: { error: null, incomplete_details: { reason: "max_output_tokens" } },
    });
  });
});
