import { chat, eventsOf, hello, openFake, textOf } from "./open-fake.ts";

describe("a stream", () => {
  const stream = { ...hello, stream: true };

  test("begins with a comment, gives the role on every delta, and ends in finish, usage and [DONE]", async () => {
    const fake = await openFake();
    const response = await chat(fake, stream);
    const body = await response.text();
    const events = eventsOf(body);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(body.startsWith(": OPENROUTER PROCESSING\n\n")).toBe(true);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(textOf(events)).toBe("Hello! You said: Grüße an 世界 👋");
    expect(new Set(events.map((event) => event.id))).toEqual(
      new Set([response.headers.get("x-generation-id")]),
    );
    for (const { choices } of events.slice(0, -1)) expect(choices[0].delta.role).toBe("assistant");
    expect(events.at(-2).choices[0].finish_reason).toBe("stop");
    expect(events.at(-1)).toMatchObject({
      choices: [],
      provider: "OpenAI",
      usage: { prompt_tokens: expect.any(Number) },
    });
  });

  test("reports the same usage as the whole answer", async () => {
    const fake = await openFake();
    const whole = await (await chat(fake)).json();
    expect(eventsOf(await (await chat(fake, stream)).text()).at(-1).usage).toEqual(whole.usage);
  });

  test.each([
    [
      "empty_delta",
      [expect.objectContaining({ finish_reason: null, delta: { role: "assistant", content: "" } })],
    ],
    ["repeated_finish", [expect.objectContaining({ finish_reason: "stop" })]],
    ["empty_choices", []],
  ] as const)("can tell its usage in the form %s", async (usageForm, choices) => {
    const fake = await openFake({ script: [{ usageForm }] });
    const events = eventsOf(await (await chat(fake, stream)).text());
    expect(events.at(-1)).toMatchObject({ usage: { cost: expect.any(Number) } });
    expect(events.at(-1).choices).toEqual(choices);
  });

  test("can leave its usage out", async () => {
    const fake = await openFake({ script: [{ usageForm: "none" }] });
    expect(await (await chat(fake, stream)).text()).not.toContain('"usage"');
  });

  test("sends the arguments of tool calls in fragments, the name with the first of them only", async () => {
    const fake = await openFake({
      script: [
        {
          toolCalls: [
            { name: "find", arguments: { text: "something long enough" } },
            { name: "stop", arguments: "" },
          ],
        },
      ],
    });
    const events = eventsOf(await (await chat(fake, stream)).text());
    const fragments = events.flatMap((event) => event.choices[0]?.delta.tool_calls ?? []);
    const first = fragments.filter((fragment) => fragment.index === 0);
    expect(first.length).toBeGreaterThan(2);
    expect(first.filter((fragment) => fragment.id)).toHaveLength(1);
    expect(first.map((fragment) => fragment.function.arguments).join("")).toBe(
      '{"text":"something long enough"}',
    );
    expect(fragments.at(-1)).toMatchObject({ index: 1, function: { name: "stop" } });
    expect(events.at(-2).choices[0].finish_reason).toBe("tool_calls");
  });

  test("shows the upstream body first when asked to", async () => {
    const fake = await openFake();
    const [first] = eventsOf(
      await (await chat(fake, { ...stream, debug: { echo_upstream_body: true } })).text(),
    );
    expect(first).toMatchObject({ choices: [], debug: { echo_upstream_body: { model: hello.model } } });
  });

  test("may break with an error after some content, with or without [DONE]", async () => {
    const fake = await openFake();
    fake.next(
      { streamError: { error: 502 } },
      { streamError: { error: 429, afterContentChunks: 0, done: true } },
    );
    const broken = await chat(fake, stream);
    const body = await broken.text();
    expect(broken.status).toBe(200);
    expect(body).not.toContain("[DONE]");
    expect(eventsOf(body)).toHaveLength(3);
    expect(eventsOf(body).at(-1)).toMatchObject({
      error: { code: 502, metadata: { error_type: "provider_unavailable" } },
      choices: [{ finish_reason: "error" }],
    });
    expect(await (await chat(fake, stream)).text()).toMatch(/"code":429.*\n\ndata: \[DONE\]\n\n$/);
  });

  test("describes its routing in the last chunk when asked to", async () => {
    const fake = await openFake();
    const events = eventsOf(await (await chat(fake, stream, { "x-openrouter-metadata": "enabled" })).text());
    expect(events.filter((event) => event.openrouter_metadata)).toEqual([events.at(-1)]);
    expect(events.at(-1).openrouter_metadata.endpoints.available).toEqual([
      { provider: "OpenAI", model: hello.model, selected: true },
    ]);
  });
});
