import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { ChatOpenRouter } from "@langchain/openrouter";
import { key, openWorld } from "../support/audited-world.ts";
import { allOf, callsIn, type Given, sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

const fields = ({ fetch, url }: Given, more: object = {}) => ({
  model,
  apiKey: key,
  configuration: { baseURL: url, fetch },
  ...more,
});

const chats = [
  ["ChatOpenAI", "chat_completion", (given: Given) => new ChatOpenAI(fields(given))],
  [
    "ChatOpenAI with useResponsesApi",
    "response",
    (given: Given) => new ChatOpenAI(fields(given, { useResponsesApi: true })),
  ],
  [
    "ChatOpenRouter",
    "chat_completion",
    ({ fetch, url }: Given) => {
      globalThis.fetch = fetch;
      return new ChatOpenRouter({ model, apiKey: key, baseURL: url });
    },
  ],
] as const;

const now = {
  type: "function" as const,
  function: { name: "now", description: "tells the time", parameters: { type: "object", properties: {} } },
};
const city = {
  title: "city",
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

describe.each(chats)("%s", (_name, event_type, chat) => {
  test("invoke() gives the message", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const { text, usage_metadata } = await chat(given).invoke("What time is it?");
      return [text, usage_metadata];
    });
    expect(entry).toMatchObject({ event_type, stream: false, turn: 1, attempt: 1 });
  });

  test("stream() gives its pieces", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const pieces = await allOf(await chat(given).stream("What time is it?"));
      return pieces.map(({ text }) => text);
    });
    expect(entry).toMatchObject({ event_type, stream: true, completion_tokens: expect.any(Number) });
  });

  test("tools bound to it that the application runs make turns of one call", async () => {
    const entries = await sameAnswer(async (given) => {
      const bound = chat(given).bindTools([now]);
      const question = new HumanMessage("What time is it?");
      const called = await bound.invoke([question]);
      const result = new ToolMessage({ content: "noon", tool_call_id: called.tool_calls![0]!.id! });
      return (await bound.invoke([question, called, result])).text;
    });
    expect(entries.map(({ tools }) => [tools.offered, tools.called])).toEqual([
      [["now"], ["now"]],
      [["now"], []],
    ]);
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [2, 1],
      ],
    ]);
  });

  test("withStructuredOutput() gives the value", async () => {
    const [entry] = await sameAnswer((given) =>
      chat(given).withStructuredOutput(city).invoke("Where is it noon?"),
    );
    const { parameters, tools } = entry;
    expect(parameters.response_format === "json_schema" || tools.offered.length === 1).toBe(true);
  });

  test("what it repeats after a failure is a further attempt", async () => {
    const entries = await sameAnswer(async (given) => (await chat(given).invoke("Hello")).text, {
      error: 502,
    });
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [1, 2],
      ],
    ]);
  });
});

test("what it repeats after its time limit is another call", async () => {
  const { fake, audit, entries } = await openWorld();
  fake.next({ stall: "before_headers" });
  const given = { fetch: audit.fetch, url: fake.url, origin: fake.origin };
  await new ChatOpenAI(fields(given, { timeout: 1_000 })).invoke("Hello");
  expect(entries().map(({ status }) => status)).toEqual(["aborted", "success"]);
  expect(callsIn(entries())).toEqual([[[1, 1]], [[1, 1]]]);
});
