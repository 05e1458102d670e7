import { openaiClient, openaiVersions } from "../support/openai-versions.ts";
import { allOf, sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const messages = [{ role: "user" as const, content: "What is the capital of Peru?" }];
const hello = { model, messages };
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const city = {
  type: "json_schema" as const,
  json_schema: { name: "city", strict: true, schema },
};

describe.each(openaiVersions)("openai $version", ({ Client }) => {
  test("create() gives the answer", async () => {
    const [entry] = await sameAnswer((given) => openaiClient(Client, given).chat.completions.create(hello));
    expect(entry).toMatchObject({ event_type: "chat_completion", model_served: model, attempt: 1, turn: 1 });
  });

  test("a stream gives its chunks, and with include_usage the tokens", async () => {
    const asked = { ...hello, stream: true as const, stream_options: { include_usage: true } };
    const [entry] = await sameAnswer(async (given) =>
      allOf(await openaiClient(Client, given).chat.completions.create(asked)),
    );
    expect(entry).toMatchObject({
      stream: true,
      finish_reason: "stop",
      completion_tokens: expect.any(Number),
    });
  });

  test("stream() gives events, and the final answer", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const stream = openaiClient(Client, given).chat.completions.stream(hello);
      const contents: string[] = [];
      stream.on("content", (delta) => contents.push(delta));
      return [await stream.finalChatCompletion(), contents, await stream.finalContent()];
    });
    expect(entry).toMatchObject({ stream: true, finish_reason: "stop" });
  });

  test("parse() gives the value of a structured answer", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const asked = { ...hello, response_format: city };
      const answer = await openaiClient(Client, given).chat.completions.parse(asked);
      return JSON.parse(answer.choices[0]!.message.content!);
    });
    expect(entry.parameters).toMatchObject({ response_format: "json_schema" });
  });

  test("withResponse() gives the response beside the answer", async () => {
    await sameAnswer(async (given) => {
      const sent = openaiClient(Client, given).chat.completions.create(hello);
      const { data, response } = await sent.withResponse();
      return [data, response.status, response.url, response.headers.get("content-type"), response.bodyUsed];
    });
  });

  test("asResponse() gives the response unread", async () => {
    await sameAnswer(async (given) => {
      const response = await openaiClient(Client, given).chat.completions.create(hello).asResponse();
      return [response.bodyUsed, response.ok, await response.json()];
    });
  });

  test("asResponse() of a stream gives its bytes", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const sent = openaiClient(Client, given).chat.completions.create({ ...hello, stream: true });
      return (await sent.asResponse()).text();
    });
    expect(entry).toMatchObject({ stream: true, finish_reason: "stop" });
  });
});
