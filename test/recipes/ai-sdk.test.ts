import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import {
  embed,
  generateObject,
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from "ai";
import { key, openWorld, until } from "../support/audited-world.ts";
import { allOf, callsIn, type Given, sameAnswer } from "../support/same-answer.ts";

const id = "openai/gpt-5-mini";
const prompt = "What time is it in Lima?";
const schema = jsonSchema<{ city: string }>({
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
});
const now = tool({
  description: "tells the time",
  inputSchema: jsonSchema<object>({ type: "object", properties: {} }),
  execute: async () => "noon",
});
const calling = { toolCalls: [{ name: "now", arguments: {} }] };
const three = [calling, calling, { text: "Noon." }];
const oneCall = [
  [
    [1, 1],
    [2, 1],
    [3, 1],
  ],
];

const provider = ({ fetch, url }: Pick<Given, "fetch" | "url">) =>
  createOpenRouter({ apiKey: key, baseURL: url, fetch });

test("generateText() gives the text", async () => {
  const [entry] = await sameAnswer(async (given) => {
    const { text, usage, finishReason } = await generateText({ model: provider(given)(id), prompt });
    return [text, usage, finishReason];
  });
  expect(entry).toMatchObject({ event_type: "chat_completion", finish_reason: "stop", turn: 1, attempt: 1 });
});

test("streamText() gives pieces of text", async () => {
  const [entry] = await sameAnswer((given) =>
    allOf(streamText({ model: provider(given)(id), prompt }).textStream),
  );
  expect(entry).toMatchObject({ stream: true, finish_reason: "stop" });
});

test("the steps of generateText() are turns of one call", async () => {
  const entries = await sameAnswer(
    async (given) => {
      const stopWhen = stepCountIs(5);
      const { text, steps } = await generateText({
        model: provider(given)(id),
        prompt,
        tools: { now },
        stopWhen,
      });
      return [text, steps.length];
    },
    ...three,
  );
  expect(entries.map(({ tools }) => tools.called)).toEqual([["now"], ["now"], []]);
  expect(callsIn(entries)).toEqual(oneCall);
});

test("the steps of streamText() are too, also after a system prompt and earlier messages", async () => {
  const messages = ["Hello", "What time is it in Lima?"].flatMap((content, index) => [
    ...(index ? [{ role: "assistant" as const, content: "Hello!" }] : []),
    { role: "user" as const, content },
  ]);
  const entries = await sameAnswer(
    async (given) => {
      const asked = { model: provider(given)(id), system: "Be brief.", messages, tools: { now } };
      return allOf(streamText({ ...asked, stopWhen: stepCountIs(5) }).textStream);
    },
    ...three,
  );
  expect(callsIn(entries)).toEqual(oneCall);
});

test("Output.object(), generateObject() and streamObject() give the value of a structured answer", async () => {
  const entries = await sameAnswer(async (given) => {
    const model = provider(given)(id);
    const { output } = await generateText({ model, prompt, output: Output.object({ schema }) });
    const { object } = await generateObject({ model, prompt, schema });
    const { partialObjectStream } = streamObject({ model, prompt, schema });
    return [output, object, (await allOf(partialObjectStream)).at(-1)];
  });
  expect(entries.map(({ parameters }) => parameters.response_format)).toEqual(Array(3).fill("json_schema"));
  expect(callsIn(entries)).toHaveLength(3);
});

test("embed() gives a vector", async () => {
  const [entry] = await sameAnswer(async (given) => {
    const model = provider(given).textEmbeddingModel("openai/text-embedding-3-small");
    const { embedding, usage } = await embed({ model, value: "hello" });
    return [embedding, usage];
  });
  expect(entry).toMatchObject({ event_type: "embedding", prompt_tokens: expect.any(Number) });
});

test("what it repeats is a further attempt, in a step too", async () => {
  const tooOften = { error: { name: 429, retryAfterSeconds: 0.01 } } as const;
  const entries = await sameAnswer(
    async (given) => {
      const stopWhen = stepCountIs(5);
      return (await generateText({ model: provider(given)(id), prompt, tools: { now }, stopWhen })).text;
    },
    tooOften,
    calling,
    tooOften,
    { text: "Noon." },
  );
  expect(callsIn(entries)).toEqual([
    [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ],
  ]);
});

test("a textStream that is left early is read to its end all the same", async () => {
  const { fake, audit, entries } = await openWorld();
  const model = provider({ url: fake.url, fetch: audit.fetch })(id);
  for await (const _ of streamText({ model, prompt }).textStream) break;
  await until(() => entries().length === 1);
  expect(entries()).toEqual([expect.objectContaining({ status: "success", response_complete: true })]);
});

test("the fullStream of a call that is aborted ends with the part `abort`", async () => {
  const { fake, audit, entries } = await openWorld();
  fake.next({ text: "one two three", stall: { afterChunks: 4 } });
  const model = provider({ url: fake.url, fetch: audit.fetch })(id);
  const controller = new AbortController();
  const types: string[] = [];
  for await (const { type } of streamText({ model, prompt, abortSignal: controller.signal }).fullStream) {
    types.push(type);
    if (type === "text-delta") controller.abort();
  }
  expect(types.at(-1)).toBe("abort");
  expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
});

test("what streamText() meets, be it a refusal or an error, only onError and the part `error` of the fullStream tell", async () => {
  for (const policy of [() => "Not today.", undefined]) {
    const { fake, audit } = await openWorld({ audit: policy ? { policy } : {} });
    if (!policy) fake.next({ error: 400 });
    const model = provider({ url: fake.url, fetch: audit.fetch })(id);
    const told: unknown[] = [];
    const onError = ({ error }: { error: unknown }) => void told.push(error);
    const ask = () => streamText({ model, prompt, maxRetries: 0, onError });
    expect(await allOf(ask().textStream)).toEqual([]);
    if (!policy) fake.next({ error: 400 });
    const parts = await allOf(ask().fullStream);
    const error = policy
      ? expect.objectContaining({ name: "AuditError", code: "CALL_REFUSED" })
      : expect.objectContaining({ statusCode: 400 });
    expect(told).toEqual([error, error]);
    expect(parts).toContainEqual({ type: "error", error });
    if (!policy) fake.next({ error: 400 });
    await expect(ask().text).rejects.toMatchObject({ name: "AI_NoOutputGeneratedError", cause: undefined });
  }
});

test("the text of a streamText() that broke off is what had come, and its finishReason is error", async () => {
  const { fake, audit } = await openWorld();
  fake.next({ text: "one two three four", streamError: { error: 502 } });
  const model = provider({ url: fake.url, fetch: audit.fetch })(id);
  const { text, finishReason } = streamText({ model, prompt, onError: () => undefined });
  expect([await text, await finishReason]).toEqual(["one two", "error"]);
});
