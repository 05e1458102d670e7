import { openaiClient, openaiVersions } from "../support/openai-versions.ts";
import { allOf, callsIn, sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const question = { role: "user" as const, content: "What time is it, and where?" };
const parameters = { type: "object" as const, properties: {} };
const tools = ["now", "here"].map((name) => ({
  type: "function" as const,
  function: { name, parameters },
}));
const runnable = tools.map(({ function: { name } }) => ({
  type: "function" as const,
  function: { name, description: name, parameters, parse: JSON.parse, function: () => `${name} it is` },
}));
const both = { toolCalls: tools.map(({ function: { name } }) => ({ name, arguments: {} })) };
const offered = ["now", "here"];

describe.each(openaiVersions)("openai $version", ({ Client }) => {
  test("runTools() is one call with a turn for each request", async () => {
    const entries = await sameAnswer(
      async (given) => {
        const asked = { model, messages: [question], tools: runnable };
        const run = openaiClient(Client, given).chat.completions.runTools(asked as never);
        return [await run.finalContent(), run.messages];
      },
      both,
      { toolCalls: [{ name: "here", arguments: {} }] },
      { text: "Noon, in Lima." },
    );
    expect(entries.map(({ tools }) => tools)).toEqual([
      { offered, called: ["now", "here"] },
      { offered, called: ["here"] },
      { offered, called: [] },
    ]);
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    ]);
  });

  test("runTools() as a stream is so too", async () => {
    const entries = await sameAnswer(
      async (given) => {
        const asked = { model, messages: [question], tools: runnable, stream: true };
        const run = openaiClient(Client, given).chat.completions.runTools(asked as never);
        return run.finalContent();
      },
      both,
      { text: "Noon, in Lima." },
    );
    expect(entries.map(({ stream, tools }) => [stream, tools.called])).toEqual([
      [true, offered],
      [true, []],
    ]);
    expect(callsIn(entries)).toHaveLength(1);
  });

  test("tools that the application runs itself make turns, and the next question a call of its own", async () => {
    const entries = await sameAnswer(async (given) => {
      const { completions } = openaiClient(Client, given).chat;
      const messages: object[] = [question];
      const ask = async () => {
        const answer = await completions.create({ model, messages, tools } as never);
        messages.push(answer.choices[0]!.message);
        return answer.choices[0]!.message;
      };
      const { tool_calls } = await ask();
      for (const { id } of tool_calls!) messages.push({ role: "tool", tool_call_id: id, content: "noon" });
      const { content } = await ask();
      messages.push({ role: "user", content: "Thank you." });
      return [content, (await ask()).tool_calls?.length];
    }, both);
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [2, 1],
      ],
      [[1, 1]],
    ]);
  });

  test("a turn that fails is tried again as that turn", async () => {
    const entries = await sameAnswer(
      async (given) => {
        const asked = { model, messages: [question], tools: runnable };
        return openaiClient(Client, given)
          .chat.completions.runTools(asked as never)
          .finalContent();
      },
      both,
      { error: 502, headers: { "retry-after-ms": "1" } },
      { text: "Noon, in Lima." },
    );
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
    ]);
  });

  test("tool calls of a stream are named, their arguments put together", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const asked = { model, messages: [question], tools, stream: true } as never;
      return allOf((await openaiClient(Client, given).chat.completions.create(asked)) as never);
    }, both);
    expect(entry).toMatchObject({ finish_reason: "tool_calls", tools: { offered, called: offered } });
  });
});
