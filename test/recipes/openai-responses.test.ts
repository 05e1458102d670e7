import { openaiClient, openaiVersions } from "../support/openai-versions.ts";
import { allOf, callsIn, sameAnswer } from "../support/same-answer.ts";

const model = "openai/gpt-5-mini";
const tools = [
  {
    type: "function" as const,
    name: "now",
    strict: false,
    parameters: { type: "object", properties: {} },
  },
];
const city = {
  type: "json_schema" as const,
  name: "city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const success = { event_type: "response", endpoint: "/api/v1/responses", turn: 1, attempt: 1 };

describe.each(openaiVersions)("the Responses of openai $version", ({ Client }) => {
  test("create() gives the text", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const answer = await openaiClient(Client, given).responses.create({ model, input: "Hello" });
      return [answer.output_text, answer];
    });
    expect(entry).toMatchObject({ ...success, stream: false });
  });

  test("a stream gives its events", async () => {
    const [entry] = await sameAnswer(async (given) =>
      allOf(await openaiClient(Client, given).responses.create({ model, input: "Hello", stream: true })),
    );
    expect(entry).toMatchObject({ ...success, stream: true, finish_reason: "completed" });
  });

  test("stream() gives the final response", async () => {
    const [entry] = await sameAnswer((given) =>
      openaiClient(Client, given).responses.stream({ model, input: "Hello" }).finalResponse(),
    );
    expect(entry).toMatchObject({ ...success, stream: true, finish_reason: "completed" });
  });

  test("parse() gives the value of a structured answer", async () => {
    const [entry] = await sameAnswer(async (given) => {
      const asked = { model, input: "The capital of Peru?", text: { format: city } };
      return JSON.parse((await openaiClient(Client, given).responses.parse(asked)).output_text);
    });
    expect(entry).toMatchObject({ ...success, parameters: { response_format: "json_schema" } });
  });

  test("a tool that the application runs makes a second turn", async () => {
    const entries = await sameAnswer(async (given) => {
      const { responses } = openaiClient(Client, given);
      const input: object[] = [{ role: "user", content: "What time is it?" }];
      const { output } = await responses.create({ model, input, tools } as never);
      input.push(...output);
      for (const item of output)
        if (item.type === "function_call")
          input.push({ type: "function_call_output", call_id: item.call_id, output: "noon" });
      return (await responses.create({ model, input, tools } as never)).output_text;
    });
    expect(entries.map(({ tools }) => tools.called)).toEqual([["now"], []]);
    expect(callsIn(entries)).toEqual([
      [
        [1, 1],
        [2, 1],
      ],
    ]);
  });
});
