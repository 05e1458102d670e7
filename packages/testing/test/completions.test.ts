import OpenAI from "openai";
import { eventsOf, key, openFake, post, type Wire } from "./open-fake.ts";

const model = "openai/gpt-5-mini";
const ask = { model, prompt: "Grüße an 世界 👋" };
const stream = { ...ask, stream: true };
const said = "Hello! You said: Grüße an 世界 👋";
const send = (fake: Wire, body: unknown = ask, headers = {}) => post(fake, "/completions", body, headers);
const textOf = (events: Wire[]) => events.map(({ choices }) => choices[0]?.text ?? "").join("");

describe("a legacy completion", () => {
  test("answers a prompt with a text, and counts and costs the same as a chat completion", async () => {
    const fake = await openFake();
    const response = await send(fake);
    const body = await response.json();
    const chat = { model, messages: [{ role: "user", content: ask.prompt }] };
    const { usage } = await (await post(fake, "/chat/completions", chat)).json();
    expect(body).toMatchObject({
      id: response.headers.get("x-generation-id"),
      object: "text_completion",
      provider: "OpenAI",
      model,
      choices: [{ index: 0, text: said, finish_reason: "stop" }],
      usage,
    });
    expect(fake.generations[0]).toMatchObject({ id: body.id, usage: usage.cost });
  });

  test("streams the same text and usage, and ends in [DONE]", async () => {
    const fake = await openFake();
    const { usage } = await (await send(fake)).json();
    const body = await (await send(fake, { ...stream, reasoning: { effort: "low" } })).text();
    const plain = eventsOf(await (await send(fake, stream)).text());
    expect(body.startsWith(": OPENROUTER PROCESSING\n\n")).toBe(true);
    expect(body.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(textOf(eventsOf(body))).toBe(said);
    expect(eventsOf(body)[0].choices[0]).toMatchObject({ text: "", reasoning: "The" });
    expect(plain.at(-2).choices[0].finish_reason).toBe("stop");
    expect(plain.at(-1)).toMatchObject({ choices: [], usage });
  });

  test("can be cut, described, and served by the next of `models`", async () => {
    const fake = await openFake();
    fake.next({ unavailable: [model] });
    const body = { ...ask, max_tokens: 2, models: ["google/gemini-2.5-flash"] };
    expect(await (await send(fake, body, { "x-openrouter-metadata": "enabled" })).json()).toMatchObject({
      model: "google/gemini-2.5-flash",
      choices: [{ text: "Hello!", finish_reason: "length", native_finish_reason: "MAX_TOKENS" }],
      openrouter_metadata: { strategy: "fallback" },
    });
  });

  test("may break with an error, streamed or not", async () => {
    const fake = await openFake({ script: () => ({ streamError: { error: 502 } }) });
    const expected = { error: { code: 502 }, choices: [{ finish_reason: "error" }] };
    const body = await (await send(fake, stream)).text();
    expect(eventsOf(body)).toHaveLength(3);
    expect(eventsOf(body).at(-1)).toMatchObject(expected);
    expect(body).not.toContain("[DONE]");
    const { choices } = await (await send(fake)).json();
    expect(choices).toMatchObject([{ finish_reason: "error", error: { code: 502 } }]);
    expect(said.startsWith(choices[0].text)).toBe(true);
    expect(choices[0].text).not.toBe(said);
  });

  test.each([
    [{ model }, 400, 'Input required: specify "prompt" or "messages"'],
    [{ ...ask, prompt: 7 }, 400, "prompt: expected text"],
    [{ ...ask, model: "openai/gpt-99" }, 404, "openai/gpt-99 is not a valid model ID"],
  ])("%j is refused with %s", async (body, status, message) => {
    const fake = await openFake();
    const response = await send(fake, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: status, message } });
  });
});

describe("the openai client", () => {
  test.each([undefined, 3])("completes, and streams in writes of %s bytes", async (chunkBytes) => {
    const fake = await openFake({ script: () => ({ ...(chunkBytes && { chunkBytes }) }) });
    const client = new OpenAI({ apiKey: key, baseURL: fake.url });
    expect((await client.completions.create(ask)).choices[0]!.text).toBe(said);
    let text = "";
    for await (const chunk of await client.completions.create({ ...ask, stream: true }))
      text += chunk.choices[0]?.text ?? "";
    expect(text).toBe(said);
  });

  test("throws an error in the middle of a stream", async () => {
    const fake = await openFake({ script: [{ streamError: { error: 502 } }] });
    const client = new OpenAI({ apiKey: key, baseURL: fake.url });
    const chunks = await client.completions.create({ ...ask, stream: true });
    await expect(async () => {
      for await (const _chunk of chunks);
    }).rejects.toMatchObject({ code: 502 });
  });
});
