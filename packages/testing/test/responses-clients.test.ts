import { OpenRouter } from "@openrouter/sdk";
import OpenAI from "openai";
import { key, openFake, type Wire } from "./open-fake.ts";

const ask = { model: "openai/gpt-5-mini", input: "Grüße an 世界 👋" };
const said = "Hello! You said: Grüße an 世界 👋";
const weather = {
  type: "function" as const,
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
};

describe("the openai client", () => {
  async function openClient(...behaviours: Wire[]) {
    const fake = await openFake({ script: behaviours });
    return { fake, client: new OpenAI({ apiKey: key, baseURL: fake.url, maxRetries: 0 }) };
  }

  test("creates a response", async () => {
    const { client } = await openClient();
    expect((await client.responses.create(ask)).output_text).toBe(said);
  });

  test.each([1, 3, 77, undefined])("streams in writes of %s bytes", async (chunkBytes) => {
    const { client } = await openClient({ chunkBytes });
    let text = "";
    const helper = client.responses.stream(ask);
    helper.on("response.output_text.delta", ({ delta }) => {
      text += delta;
    });
    const final = await helper.finalResponse();
    expect([text, final.output_text]).toEqual([said, said]);
    expect(final.usage).toMatchObject({ total_tokens: expect.any(Number), cost: expect.any(Number) });
  });

  test("puts reasoning and a streamed tool call together", async () => {
    const { client } = await openClient();
    const helper = client.responses.stream({ ...ask, tools: [weather], reasoning: { effort: "low" } });
    const { output } = await helper.finalResponse();
    expect(output).toMatchObject([
      { type: "reasoning", content: [{ text: expect.stringContaining("greet") }] },
      { type: "function_call", name: "weather", arguments: JSON.stringify({ city: ask.input }) },
    ]);
  });

  test("parses an answer by its schema", async () => {
    const { client } = await openClient();
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const format = { type: "json_schema" as const, name: "place", schema };
    const result = await client.responses.parse({ ...ask, text: { format } });
    expect(result.output_parsed).toEqual({ city: ask.input });
  });

  test("throws what the server refuses", async () => {
    const { client } = await openClient({ error: 402 });
    await expect(client.responses.create(ask)).rejects.toMatchObject({ status: 402 });
  });

  test("hands on a failed response", async () => {
    const { client } = await openClient({ streamError: { error: 502 } });
    const types = [];
    for await (const event of await client.responses.create({ ...ask, stream: true })) types.push(event.type);
    expect(types.at(-1)).toBe("response.failed");
  });
});

describe("OpenRouter's own client", () => {
  async function openClient(...behaviours: Wire[]) {
    const fake = await openFake({ script: behaviours });
    return new OpenRouter({ apiKey: key, serverURL: fake.url, retryConfig: { strategy: "none" } });
  }

  test("asks for a response", async () => {
    const client = await openClient();
    expect(await client.beta.responses.send({ responsesRequest: ask })).toMatchObject({
      status: "completed",
      usage: { cost: expect.any(Number) },
    });
  });

  test("streams one", async () => {
    const client = await openClient({ chunkBytes: 5 });
    const events = (await client.beta.responses.send({
      responsesRequest: { ...ask, stream: true },
    })) as AsyncIterable<Wire>;
    let text = "";
    for await (const event of events) text += event.type === "response.output_text.delta" ? event.delta : "";
    expect(text).toBe(said);
  });

  test("throws what the server refuses", async () => {
    const client = await openClient({ error: 429 });
    await expect(client.beta.responses.send({ responsesRequest: ask })).rejects.toMatchObject({
      name: "TooManyRequestsResponseError",
    });
  });
});
