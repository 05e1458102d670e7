import Anthropic from "@anthropic-ai/sdk";
import { key } from "../support/audited-world.ts";
import { allOf, callsIn, type Given, sameAnswer } from "../support/same-answer.ts";

const asked = {
  model: "anthropic/claude-sonnet-4.5",
  max_tokens: 500,
  messages: [{ role: "user" as const, content: "What time is it?" }],
};
const tools = [{ name: "now", input_schema: { type: "object" as const, properties: {} } }];

const client = ({ fetch, origin }: Given) =>
  new Anthropic({ baseURL: `${origin}/api`, authToken: key, apiKey: null, fetch });

test("messages.create() gives the message", async () => {
  const [entry] = await sameAnswer((given) => client(given).messages.create(asked));
  expect(entry).toMatchObject({
    event_type: "message",
    endpoint: "/api/v1/messages",
    finish_reason: "end_turn",
  });
});

test("a stream gives its events", async () => {
  const [entry] = await sameAnswer(async (given) =>
    allOf(await client(given).messages.create({ ...asked, stream: true })),
  );
  expect(entry).toMatchObject({ event_type: "message", stream: true, finish_reason: "end_turn" });
});

test("messages.stream() gives the final message", async () => {
  const [entry] = await sameAnswer((given) => client(given).messages.stream(asked).finalMessage());
  expect(entry).toMatchObject({ event_type: "message", stream: true });
});

test("tools that the application runs make turns of one call, and what is repeated an attempt of its turn", async () => {
  const entries = await sameAnswer(
    async (given) => {
      const { messages } = client(given);
      const { content } = await messages.create({ ...asked, tools });
      const results = content
        .filter((block) => block.type === "tool_use")
        .map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "noon" }));
      const said = [
        ...asked.messages,
        { role: "assistant" as const, content },
        { role: "user" as const, content: results },
      ];
      return (await messages.create({ ...asked, tools, messages: said })).content;
    },
    { toolCalls: [{ name: "now", arguments: {} }] },
    { error: 500, headers: { "retry-after-ms": "1" } },
    { text: "Noon." },
  );
  expect(entries.map(({ tools }) => tools.called)).toEqual([["now"], [], []]);
  expect(callsIn(entries)).toEqual([
    [
      [1, 1],
      [2, 1],
      [2, 2],
    ],
  ]);
});
