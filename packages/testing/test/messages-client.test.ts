import Anthropic from "@anthropic-ai/sdk";
import { key, openFake, type Wire } from "./open-fake.ts";

const messages = [{ role: "user" as const, content: "Grüße an 世界 👋" }];
const ask = { model: "anthropic/claude-sonnet-4.5", max_tokens: 1000, messages };
const said = "Hello! You said: Grüße an 世界 👋";
const weather = {
  name: "weather",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } } },
};
const thinking = { type: "enabled" as const, budget_tokens: 1024 };

describe("Anthropic's client", () => {
  async function openClient(...behaviours: Wire[]) {
    const fake = await openFake({ script: behaviours });
    const client = new Anthropic({
      authToken: key,
      apiKey: null,
      baseURL: `${fake.origin}/api`,
      maxRetries: 0,
      logLevel: "off",
    });
    return { fake, client };
  }

  test("creates a message", async () => {
    const { fake, client } = await openClient();
    expect((await client.messages.create(ask)).content).toMatchObject([{ type: "text", text: said }]);
    expect(fake.requests[0]).toMatchObject({ path: "/api/v1/messages", status: 200, ended: "finished" });
  });

  test.each([1, 3, 77, undefined])("streams in writes of %s bytes", async (chunkBytes) => {
    const { client } = await openClient({ chunkBytes });
    let text = "";
    const stream = client.messages.stream(ask).on("text", (delta) => {
      text += delta;
    });
    const final = await stream.finalMessage();
    expect([text, await stream.finalText()]).toEqual([said, said]);
    expect(final).toMatchObject({ stop_reason: "end_turn", usage: { output_tokens: expect.any(Number) } });
  });

  test("puts thinking and a streamed tool call together", async () => {
    const { client } = await openClient();
    const { content } = await client.messages.stream({ ...ask, tools: [weather], thinking }).finalMessage();
    expect(content).toMatchObject([
      {
        type: "thinking",
        thinking: expect.stringContaining("greet"),
        signature: expect.stringMatching(/.{40}/),
      },
      { type: "tool_use", name: "weather", input: { city: messages[0]!.content } },
    ]);
  });

  test("goes on with the result of a tool", async () => {
    const { client } = await openClient();
    const tools = [weather];
    const first = await client.messages.create({ ...ask, tools });
    const call = first.content[0] as Wire;
    const result = { type: "tool_result" as const, tool_use_id: call.id, content: "sunny" };
    const turn = [
      { role: "assistant", content: first.content },
      { role: "user", content: [result] },
    ] as Wire[];
    const second = await client.messages.create({ ...ask, tools, messages: [...messages, ...turn] });
    expect(second.content).toMatchObject([{ text: "The tool answered: sunny" }]);
  });

  test("fails on [DONE], which it does not know", async () => {
    const { client } = await openClient({ messagesDone: true });
    const stream = client.messages.stream(ask);
    await expect(stream.finalMessage()).rejects.toThrow("[DONE]");
  });

  test("throws what the server refuses, and what breaks a stream", async () => {
    const { client } = await openClient({ error: 429 }, { streamError: { error: 529 } });
    await expect(client.messages.create(ask)).rejects.toMatchObject({
      status: 429,
      type: "rate_limit_error",
    });
    await expect(client.messages.stream(ask).finalMessage()).rejects.toMatchObject({
      type: "overloaded_error",
    });
  });
});
