import { openWorld, until } from "../support/audited-world.ts";
import { asked, call, ways } from "./forms.ts";
import { startServer } from "./servers.ts";

// What belongs to one logical call has one call_id, and an entry for each time it was sent.

const weather = { chat: "function", responses: "flat", messages: "schema" } as const;
const parameters = { type: "object", properties: { city: { type: "string" } } };
const tools = {
  function: [{ type: "function", function: { name: "weather", parameters } }],
  flat: [{ type: "function", name: "weather", parameters }],
  schema: [{ name: "weather", input_schema: parameters }],
};

// biome-ignore lint/suspicious/noExplicitAny: three forms, and each looks at its own members
type Answer = any;

/** What goes on with a conversation once its tool has answered. */
const results = {
  chat: (question: Answer, id: string) => ({
    messages: [
      ...question.messages,
      {
        role: "assistant",
        tool_calls: [{ id, type: "function", function: { name: "weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: id, content: "18 degrees" },
    ],
  }),
  responses: (question: Answer, id: string) => ({
    input: [
      { role: "user", content: question.input },
      { type: "function_call", call_id: id, name: "weather", arguments: "{}" },
      { type: "function_call_output", call_id: id, output: "18 degrees" },
    ],
  }),
  messages: (question: Answer, id: string) => ({
    messages: [
      ...question.messages,
      { role: "assistant", content: [{ type: "tool_use", id, name: "weather", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "18 degrees" }] },
    ],
  }),
};

describe.each(ways)("$way", (way) => {
  test("an attempt that failed and the one that repeats it are one call, however it failed", async () => {
    const world = await openWorld();
    const failures = [{ error: 429 }, { error: 502 }, { error: 524 }, { reset: "before_headers" }] as const;
    world.fake.script([...failures, {}, {}]);
    for (let attempt = 1; attempt <= 6; attempt++) await call(world, way);
    const entries = world.entries();
    expect(entries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 1]);
    expect(new Set(entries.slice(0, 5).map(({ call_id }) => call_id)).size).toBe(1);
    expect(entries[5].call_id).not.toBe(entries[0].call_id);
    expect(new Set(entries.map(({ exchange_id }) => exchange_id)).size).toBe(6);
  });

  test("a tool's result, and the attempts to hand it in, go on with the call that asked for it", async () => {
    const world = await openWorld();
    const toolCalls = [{ id: "call_1", name: "weather", arguments: {} }];
    world.fake.script([{ error: 500 }, { toolCalls }, { error: 503 }, { text: "It is warm." }]);
    const offered = { ...way, question: { ...way.question, tools: tools[weather[way.form]] } };
    await call(world, offered);
    const answered = String(await call(world, offered));
    const id = /call_1/.exec(answered)![0];
    const next = { ...offered, question: { ...offered.question, ...results[way.form](way.question, id) } };
    await call(world, next);
    await call(world, next);
    const entries = world.entries();
    expect(entries.map(({ turn, attempt }) => [turn, attempt])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(1);
    expect(entries.map(({ tools }) => tools.called)).toEqual([[], ["weather"], [], []]);
  });

  test("a call that broke off on the way is a call of its own: no client repeats it", async () => {
    const server = await startServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"));
    const world = await openWorld({ audit: { baseURL: server.url } });
    const init = asked(way);
    for (let count = 0; count < 2; count++) {
      const response = await world.audit.fetch(`${server.url}${way.path}`, init);
      await expect(response.text()).rejects.toThrow("terminated");
    }
    await until(() => world.entries().length === 2);
    const [first, second] = world.entries();
    expect([first.attempt, second.attempt]).toEqual([1, 1]);
    expect(second.call_id).not.toBe(first.call_id);
  });
});
