import { HTTPClient, OpenRouter } from "@openrouter/sdk";
import { key } from "../support/audited-world.ts";
import { allOf, callsIn, type Given, sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const messages = [{ role: "user" as const, content: "What time is it?" }];
const tools = [
  { type: "function" as const, function: { name: "now", parameters: { type: "object", properties: {} } } },
];

const sdk = ({ fetch, url }: Given) =>
  new OpenRouter({ apiKey: key, serverURL: url, httpClient: new HTTPClient({ fetcher: fetch }) });

test("chat.send() gives the answer", async () => {
  const [entry] = await sameAnswer((given) => sdk(given).chat.send({ chatRequest: { model, messages } }));
  expect(entry).toMatchObject({ event_type: "chat_completion", model_served: model, attempt: 1, turn: 1 });
});

test("a stream gives its chunks", async () => {
  const [entry] = await sameAnswer(async (given) => {
    const answer = await sdk(given).chat.send({ chatRequest: { model, messages, stream: true } });
    return allOf(answer as AsyncIterable<unknown>);
  });
  expect(entry).toMatchObject({ stream: true, finish_reason: "stop" });
});

test("what it drops of an answer is in the entry, and what it drops of a request is not sent", async () => {
  const sent: string[] = [];
  const seen: unknown[] = [];
  const [entry] = await sameAnswer(async (given) => {
    const fetch: typeof given.fetch = async (request) => {
      sent.push(await (request as Request).clone().text());
      return given.fetch(request);
    };
    const chatRequest = { model, messages, provider: { zdr: true }, unheard_of: true };
    seen.push(await sdk({ ...given, fetch }).chat.send({ chatRequest }));
  });
  expect(sent.join()).not.toContain("unheard_of");
  expect(JSON.stringify(seen)).not.toMatch(/"provider"|native/i);
  expect(entry).toMatchObject({
    provider: "OpenAI",
    native_finish_reason: "completed",
    policy: { zdr: true },
  });
});

test("tools that the application runs itself make turns of one call", async () => {
  const entries = await sameAnswer(async (given) => {
    const client = sdk(given);
    const conversation: object[] = [...messages];
    const ask = async () => {
      const answer = await client.chat.send({
        chatRequest: { model, messages: conversation, tools } as never,
      });
      const { message } = (
        answer as { choices: { message: { content: string; toolCalls?: { id: string }[] } }[] }
      ).choices[0]!;
      conversation.push(message);
      return message;
    };
    const { toolCalls } = await ask();
    conversation.push({ role: "tool", toolCallId: toolCalls![0]!.id, content: "noon" });
    return (await ask()).content;
  });
  expect(entries.map(({ tools }) => tools.called)).toEqual([["now"], []]);
  expect(callsIn(entries)).toEqual([
    [
      [1, 1],
      [2, 1],
    ],
  ]);
});

test("callModel() runs the tools, and is one call", async () => {
  const { tool } = await import("@openrouter/sdk/lib/tool.js");
  const { z } = await import("zod/v4");
  const entries = await sameAnswer(async (given) => {
    const now = tool({ name: "now", inputSchema: z.object({}), execute: async () => "noon" } as never);
    return sdk(given)
      .callModel({ model, input: "What time is it?", tools: [now] } as never)
      .getText();
  });
  expect(entries.map(({ event_type, tools }) => [event_type, tools.called])).toEqual([
    ["response", ["now"]],
    ["response", []],
  ]);
  expect(callsIn(entries)).toHaveLength(1);
});

test("embeddings.generate() gives vectors", async () => {
  const requestBody = { model: "openai/text-embedding-3-small", input: "hello" };
  const [entry] = await sameAnswer((given) => sdk(given).embeddings.generate({ requestBody }));
  expect(entry).toMatchObject({ event_type: "embedding", prompt_tokens: expect.any(Number) });
});

test("responses.send() gives the response", async () => {
  const [entry] = await sameAnswer((given) =>
    sdk(given).responses.send({ responsesRequest: { model, input: "Hello" } }),
  );
  expect(entry).toMatchObject({ event_type: "response", finish_reason: "completed" });
});
