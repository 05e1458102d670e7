import { OpenRouter } from "@openrouter/sdk";
import OpenAI from "openai";
import { chat, hello, key, openFake, type Wire } from "./open-fake.ts";

const weather = {
  type: "function" as const,
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};
const messages = [{ role: "user" as const, content: "Grüße an 世界 👋" }];
const model = hello.model;

describe("the openai client", () => {
  async function openClient(script: Wire[] = []) {
    const fake = await openFake({ script });
    return { fake, client: new OpenAI({ apiKey: key, baseURL: fake.url }) };
  }

  test("completes", async () => {
    const { client, fake } = await openClient();
    const result = await client.chat.completions.create({ model, messages });
    expect(result.choices[0]!.message.content).toBe("Hello! You said: Grüße an 世界 👋");
    expect(fake.requests[0]).toMatchObject({ body: { model, messages }, ended: "finished" });
  });

  test.each([undefined, 1, 3, 77])("streams in writes of %s bytes", async (chunkBytes) => {
    const { client } = await openClient([chunkBytes ? { chunkBytes } : {}]);
    let text = "";
    let usage: unknown;
    for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe("Hello! You said: Grüße an 世界 👋");
    expect(usage).toMatchObject({ total_tokens: expect.any(Number), cost: expect.any(Number) });
  });

  test("puts streamed tool calls together", async () => {
    const { client } = await openClient();
    const stream = client.chat.completions.stream({ model, messages, tools: [weather] });
    const [call] = (await stream.finalChatCompletion()).choices[0]!.message.tool_calls!;
    expect(call).toMatchObject({ type: "function", function: { name: "weather" } });
    expect(JSON.parse((call as Wire).function.arguments)).toEqual({ city: messages[0]!.content });
  });

  test("runs tools until the model has its answer", async () => {
    const { client, fake } = await openClient();
    const tool = {
      ...weather,
      function: { ...weather.function, function: () => "sunny", parse: JSON.parse },
    };
    const runner = client.chat.completions.runTools({ model, messages, tools: [tool as Wire] });
    expect(await runner.finalContent()).toBe("The tool answered: sunny");
    expect(fake.requests).toHaveLength(2);
  });

  test("tries again after a rate limit", async () => {
    const { client, fake } = await openClient([{ error: { name: 429, retryAfterSeconds: 0.01 } }]);
    await client.chat.completions.create({ model, messages });
    expect(fake.requests.map(({ status, headers }) => [status, headers["x-stainless-retry-count"]])).toEqual([
      [429, "0"],
      [200, "1"],
    ]);
  });

  test("throws what the server refuses", async () => {
    const { client } = await openClient([{ error: 402 }]);
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 402 });
  });

  test("throws an error in the middle of a stream", async () => {
    const { client } = await openClient([{ streamError: { error: 502 } }]);
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    await expect(async () => {
      for await (const _chunk of stream);
    }).rejects.toMatchObject({ code: 502 });
  });

  test("lists models", async () => {
    const { client } = await openClient();
    expect((await client.models.list()).data.map(({ id }) => id)).toContain(model);
  });

  test("reads a model whose id it puts into the path with its slash encoded", async () => {
    const { client, fake } = await openClient();
    expect(await client.models.retrieve(model)).toMatchObject({ data: { id: model } });
    expect(fake.requests[0]!.path).toBe("/api/v1/models/openai%2Fgpt-5-mini");
  });

  test("closes the connection when the reader breaks off", async () => {
    const { client, fake } = await openClient([{ chunkDelayMs: 50 }]);
    for await (const _chunk of await client.chat.completions.create({ model, messages, stream: true })) break;
    await fake.settled();
    expect(fake.requests[0]!.ended).toBe("client_closed");
  });
});

describe("OpenRouter's own client", () => {
  async function openClient(script: Wire[] = []) {
    const fake = await openFake({ script, generationDelayMs: 0 });
    const client = new OpenRouter({ apiKey: key, serverURL: fake.url, retryConfig: { strategy: "none" } });
    return { fake, client };
  }

  test("completes, with router metadata", async () => {
    const { client } = await openClient();
    const result = await client.chat.send({
      chatRequest: { model, messages },
      xOpenRouterMetadata: "enabled",
    });
    expect(result).toMatchObject({ model, openrouterMetadata: { requested: model, strategy: "direct" } });
  });

  test("streams", async () => {
    const { client } = await openClient([{ chunkBytes: 5 }]);
    const stream = (await client.chat.send({
      chatRequest: { model, messages, stream: true },
    })) as AsyncIterable<Wire>;
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("Hello! You said: Grüße an 世界 👋");
  });

  test("calls tools", async () => {
    const { client } = await openClient();
    const result: Wire = await client.chat.send({ chatRequest: { model, messages, tools: [weather] } });
    expect(result.choices[0].message.toolCalls[0].function.name).toBe("weather");
  });

  test("does not try again after a rate limit", async () => {
    const { client, fake } = await openClient([{ error: 429 }]);
    await expect(client.chat.send({ chatRequest: { model, messages } })).rejects.toMatchObject({
      name: "TooManyRequestsResponseError",
    });
    expect(fake.requests).toHaveLength(1);
  });

  test("hands on an error in the middle of a stream without throwing", async () => {
    const { client } = await openClient([{ streamError: { error: 502 } }]);
    const stream = (await client.chat.send({
      chatRequest: { model, messages, stream: true },
    })) as AsyncIterable<Wire>;
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1).error).toMatchObject({ code: 502 });
  });

  test("refuses a status of 200 whose body is an error", async () => {
    const { client } = await openClient([{ errorInside: { form: "envelope", error: 502 } }]);
    await expect(client.chat.send({ chatRequest: { model, messages } })).rejects.toMatchObject({
      name: "ResponseValidationError",
    });
  });

  test("reads models, the key and the record of a generation", async () => {
    const { client, fake } = await openClient();
    const { id } = await (await chat(fake)).json();
    const { result } = await client.models.list();
    expect(result.data.map((listed) => listed.id)).toContain(model);
    expect((await client.apiKeys.getCurrentKeyMetadata()).data.isManagementKey).toBe(false);
    expect((await client.generations.getGeneration({ id })).data.id).toBe(id);
    await expect(client.generations.getGeneration({ id: "gen-none" })).rejects.toMatchObject({
      statusCode: 404,
    });
  });
});
