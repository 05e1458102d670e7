import type { Fetch } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import type { Behaviour } from "@openrouter-audit/testing";
import OpenAI from "openai";
import { key, openWorld } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";

const withoutIds = (value: unknown) =>
  JSON.parse(JSON.stringify(value ?? null).replaceAll(/gen-\d+-[A-Za-z0-9]{20}/g, "gen-id"));

const success = { event_type: "chat_completion", status: "success", response_complete: true };

async function sameWith(use: (client: OpenAI) => Promise<unknown>, ...behaviours: readonly Behaviour[]) {
  const world = await openWorld();
  const seen: unknown[] = [];
  for (const fetch of [globalThis.fetch, world.audit.fetch] satisfies Fetch[]) {
    world.fake.script(behaviours);
    seen.push(withoutIds(await use(new OpenAI({ baseURL: world.fake.url, apiKey: key, fetch }))));
  }
  expect(seen[1]).toEqual(seen[0]);
  return world.entries();
}

const unread = { ...hello } as never;
const streamed = { ...hello, stream: true } as never;

test("withResponse() gives the data and the response", async () => {
  const entries = await sameWith(async (client) => {
    const { data, response, request_id } = await client.chat.completions.create(unread).withResponse();
    return [data, response.status, response.url, response.headers.get("content-type"), request_id];
  });
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("withResponse() of a stream gives the stream and the response", async () => {
  const entries = await sameWith(async (client) => {
    const { data, response } = await client.chat.completions.create(streamed).withResponse();
    const chunks: unknown[] = [];
    for await (const chunk of data as unknown as AsyncIterable<unknown>) chunks.push(chunk);
    return [chunks, response.url, response.bodyUsed];
  });
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("asResponse() gives the body unread", async () => {
  const entries = await sameWith(async (client) => {
    const response = await client.chat.completions.create(unread).asResponse();
    return [response.bodyUsed, await response.json()];
  });
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("chat.completions.stream() calls its listeners and gives the final answer", async () => {
  const entries = await sameWith(async (client) => {
    const contents: string[] = [];
    const stream = client.chat.completions.stream(unread).on("content", (delta) => contents.push(delta));
    return [await stream.finalChatCompletion(), contents];
  });
  expect(entries).toEqual([expect.objectContaining({ ...success, stream: true })]);
});

test("chat.completions.stream() can be aborted", async () => {
  const entries = await sameWith(
    async (client) => {
      const stream = client.chat.completions.stream(unread);
      stream.on("content", () => stream.abort());
      return stream.done().catch(({ name, message }) => ({ name, message, aborted: stream.aborted }));
    },
    { text: "one two three four", stall: { afterChunks: 4 } },
  );
  expect(entries).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
});

test("tee(), toReadableStream() and the controller of a stream are there", async () => {
  const entries = await sameWith(async (client) => {
    const stream = (await client.chat.completions.create(streamed)) as unknown as AsyncIterable<unknown> & {
      tee(): [AsyncIterable<unknown>, { toReadableStream(): ReadableStream }];
      controller: AbortController;
    };
    const [left, right] = stream.tee();
    const chunks: unknown[] = [];
    for await (const chunk of left) chunks.push(chunk);
    return [chunks, await new Response(right.toReadableStream()).text(), stream.controller.signal.aborted];
  });
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test("runTools() makes one entry for each turn", async () => {
  const entries = await sameWith(async (client) => {
    const run = client.chat.completions.runTools({
      ...hello,
      tools: [
        {
          type: "function",
          function: { name: "now", parameters: {}, parse: JSON.parse, function: () => "noon" },
        },
      ],
    } as never);
    return [await run.finalContent(), run.messages];
  });
  expect(entries.map(({ tools, finish_reason }) => [finish_reason, tools.called])).toEqual([
    ["tool_calls", ["now"]],
    ["stop", []],
  ]);
});

test("post() is audited too, and models.list() is a look at the catalogue", async () => {
  const entries = await sameWith(async (client) => {
    const answer = await client.post("/chat/completions", { body: hello });
    return [answer, (await client.models.list()).data.length];
  });
  expect(entries.map(({ event_type, endpoint, status }) => [event_type, endpoint, status])).toEqual([
    ["chat_completion", "/api/v1/chat/completions", "success"],
    ["catalogue", "/api/v1/models", "success"],
  ]);
});

test("an upload is sent whole after openai's probe of FormData, which is not recorded", async () => {
  const entries = await sameWith(
    async (client) => {
      const file = new File(["hello"], "hello.txt");
      return client.files.create({ file, purpose: "assistants" });
    },
    { raw: { headers: { "content-type": "application/json" }, body: '{"id":"file-1"}' } },
  );
  expect(entries).toEqual([
    expect.objectContaining({ event_type: "file_upload", method: "POST", endpoint: "/api/v1/files" }),
  ]);
});

test("openRouterClient() makes an ordinary client that is audited", async () => {
  const { audit, entries } = await openWorld();
  const client = openRouterClient(audit, { apiKey: key, as: { userId: "ada" } });
  expect(client).toBeInstanceOf(OpenAI);
  await client.withOptions({ maxRetries: 0 }).chat.completions.create(unread);
  expect(entries()).toEqual([expect.objectContaining({ ...success, user_id: "ada" })]);
});

test("errors of OpenRouter stay openai's own", async () => {
  const { audit, fake } = await openWorld();
  fake.next({ error: 402 });
  const sent = openRouterClient(audit, { apiKey: key }).chat.completions.create(unread);
  await expect(sent).rejects.toBeInstanceOf(OpenAI.APIError);
});
