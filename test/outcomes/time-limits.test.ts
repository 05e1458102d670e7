import type { Fetch } from "@openrouter-audit/core";
import OpenAI from "openai";
import OpenAI7 from "openai-7";
import { Agent, fetch as undiciFetch } from "undici";
import { key, openWorld, until } from "../support/audited-world.ts";
import { asked, call, forms, halfAnAnswer, outcome, unanswered, ways } from "./forms.ts";
import { startServer } from "./servers.ts";

/** Of the openai client: also the attempts that are answered must end within it, on a busy machine too. */
const limitMs = 1_000;
const soon = { headers: { "retry-after-ms": "1" } };
const fetchWith = (limits: { headersTimeout?: number; bodyTimeout?: number }): Fetch => {
  const dispatcher = new Agent(limits);
  return ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher })) as unknown as Fetch;
};
const cut = (status: string, error_type: string) => ({
  ...unanswered(error_type, status),
  http_status: 200,
});

describe.each(ways)("$way", (way) => {
  test("headers that do not come in fetch's own time are an error", async () => {
    const world = await openWorld({ audit: { fetch: fetchWith({ headersTimeout: 50 }) } });
    world.fake.next({ stall: "before_headers" });
    expect(await call(world, way)).toMatchObject({ message: "fetch failed" });
    expect(world.entries().map(outcome)).toEqual([unanswered("UND_ERR_HEADERS_TIMEOUT")]);
  });

  test("a body that falls silent for longer than fetch waits is an error, and keeps what was seen", async () => {
    const headers = `HTTP/1.1 200 OK\r\ncontent-type: ${way.stream ? "text/event-stream" : "application/json"}\r\n`;
    const server = await startServer((socket) => {
      socket.write(`${headers}content-length: 5000\r\n\r\n${halfAnAnswer(way)}`);
    });
    const world = await openWorld({ audit: { baseURL: server.url, fetch: fetchWith({ bodyTimeout: 50 }) } });
    const error = await call({ ...world, fake: { ...world.fake, url: server.url } }, way);
    expect(error).toMatchObject({ message: "terminated" });
    expect(world.entries().map(outcome)).toEqual([cut("error", "UND_ERR_BODY_TIMEOUT")]);
    expect(world.lastEntry().response_hash).toEqual(expect.any(String));
  });

  test.each<["before_headers" | { afterChunks: number }, object]>([
    ["before_headers", unanswered("TimeoutError", "aborted")],
    [{ afterChunks: 1 }, cut("aborted", "TimeoutError")],
  ])("AbortSignal.timeout is the caller's own limit: %j", async (stall, expected) => {
    const behaviour = way.stream ? {} : { chunkBytes: 60 };
    const outcomeWithin = async (ms: number) => {
      const world = await openWorld();
      world.fake.next({ ...behaviour, stall });
      const init = asked(way, { signal: AbortSignal.timeout(ms) });
      const answer = world.audit
        .fetch(`${world.fake.url}${way.path}`, init)
        .then((response) => response.text());
      await expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
      await until(() => world.entries().length === 1);
      return { outcomes: world.entries().map(outcome), isAnswered: world.entries()[0].http_status !== null };
    };
    let { outcomes, isAnswered } = await outcomeWithin(100);
    // A busy machine may not have had the time to answer.
    if (stall !== "before_headers" && !isAnswered) ({ outcomes, isAnswered } = await outcomeWithin(5_000));
    expect(outcomes).toEqual([expected]);
  });
});

test.each([false, true])(
  "openai's limit aborts an attempt and makes the next, of one call (stream: %s)",
  async (stream) => {
    const world = await openWorld();
    world.fake.script([{ stall: "before_headers" }, { error: 500, ...soon }, {}]);
    const client = new OpenAI({
      apiKey: key,
      baseURL: world.fake.url,
      fetch: world.audit.fetch,
      timeout: limitMs,
    });
    const answer: unknown = await client.chat.completions.create({ ...forms[0]!.question, stream } as never);
    if (stream) for await (const _chunk of answer as AsyncIterable<unknown>);
    const entries = world.entries();
    expect(entries.map(({ status, error_type, attempt }) => [status, error_type, attempt])).toEqual([
      ["aborted", "AbortError", 1],
      ["error", "server", 2],
      ["success", null, 3],
    ]);
    expect(new Set(entries.map(({ call_id }) => call_id)).size).toBe(1);
  },
);

test("openai's limit for a body that stalls is followed by the next attempt of the same call", async () => {
  const world = await openWorld();
  world.fake.script([{ stall: { afterBytes: 60 } }, {}]);
  // Its seventh version limits the body too, and tries again after a 200.
  const client = new OpenAI7({
    apiKey: key,
    baseURL: world.fake.url,
    fetch: world.audit.fetch,
    timeout: limitMs,
  });
  await client.responses.create(forms[1]!.question as never);
  const [first, second, ...others] = world.entries();
  expect(outcome(first)).toEqual(cut("aborted", "AbortError"));
  expect(second).toMatchObject({ status: "success", attempt: 2, call_id: first.call_id });
  expect(others).toEqual([]);
});

test("openai's limit that is never met leaves an entry for each attempt", async () => {
  const world = await openWorld();
  world.fake.script(() => ({ stall: "before_headers" }));
  const client = new OpenAI({ apiKey: key, baseURL: world.fake.url, fetch: world.audit.fetch, timeout: 60 });
  const responses = client.responses.create(forms[1]!.question as never);
  await expect(responses).rejects.toThrow();
  await until(() => world.entries().length === 3);
  expect(world.entries().map(outcome)).toEqual(Array(3).fill(unanswered("AbortError", "aborted")));
  expect(world.entries().map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});
