import { setTimeout as sleep } from "node:timers/promises";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { type AnyEntry, key, openWorld, type World } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";
import { asking } from "../support/same-with-audit.ts";

const soon = { headers: { "retry-after-ms": "1" } };
const openai = ({ fake, audit }: World, fetch = audit.fetch) =>
  new OpenAI({ baseURL: fake.url, apiKey: key, fetch }).chat.completions;
const ask = ({ fake }: World, fetch: typeof globalThis.fetch) =>
  fetch(`${fake.url}/chat/completions`, asking()).then((response) => response.text());

/** Aborts when the first request has come: not before, or the next one would be answered as the first. */
function onceReceived({ fake }: World): AbortSignal {
  const controller = new AbortController();
  void fake.received(1).then(() => controller.abort());
  return controller.signal;
}

/** The attempts of each call, in the order of the calls' first entries. */
function attemptsOf(entries: readonly AnyEntry[]): number[][] {
  const calls = new Map<string, number[]>();
  for (const { call_id, attempt } of entries) calls.set(call_id, [...(calls.get(call_id) ?? []), attempt]);
  return [...calls.values()].map((attempts) => attempts.sort());
}

test("calls under way at the same time, each tried again, are told apart", async () => {
  const world = await openWorld();
  const failures = new Map<unknown, number>();
  world.fake.script(({ headers }) => {
    const count = headers["x-stainless-retry-count"];
    failures.set(count, (failures.get(count) ?? 0) + 1);
    return count === "2" ? {} : { error: 500, ...soon, latencyMs: 5 };
  });
  await Promise.all(Array.from({ length: 8 }, () => openai(world).create(hello as never)));
  expect(world.entries()).toHaveLength(24);
  expect(attemptsOf(world.entries())).toEqual(Array.from({ length: 8 }, () => [1, 2, 3]));
});

test("identical calls that fail together are two calls, also from clients that do not count", async () => {
  const world = await openWorld();
  world.fake.script(() => ({ error: 500, latencyMs: 30 }));
  await Promise.all([ask(world, world.audit.fetch), ask(world, world.audit.fetch)]);
  expect(attemptsOf(world.entries())).toEqual([[1], [1]]);
  await Promise.all([ask(world, world.audit.fetch), ask(world, world.audit.fetch)]);
  expect(attemptsOf(world.entries())).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("different scopes are never mixed", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 500 }, {}, {}, {}]);
  const [ada, bob] = [world.audit.fetchAs({ userId: "ada" }), world.audit.fetchAs({ userId: "bob" })];
  await ask(world, ada);
  await ask(world, bob);
  await ask(world, world.audit.fetch);
  await ask(world, ada);
  const [first, other, outside, second] = world.entries();
  expect(second).toMatchObject({ attempt: 2, call_id: first.call_id, user_id: "ada" });
  expect([other.attempt, outside.attempt]).toEqual([1, 1]);
});

test("a scope with more metadata for a call is the same scope", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 500 }, { error: 500 }, {}]);
  const scope = world.audit.newScope({ userId: "ada", metadata: { feature: "chat", span: "none" } });
  await ask(world, scope.with({ span: "a" }).fetch);
  scope.tag({ tagged: true });
  await ask(world, scope.with({ span: "b" }).with({ deeper: 1 }).fetch);
  await ask(world, scope.fetch);
  const [first, second, third] = world.entries();
  expect(attemptsOf(world.entries())).toEqual([[1, 2, 3]]);
  expect(first).toMatchObject({ user_id: "ada", metadata: { feature: "chat", span: "a" } });
  expect(second).toMatchObject({
    user_id: "ada",
    metadata: { feature: "chat", span: "b", deeper: 1, tagged: true },
  });
  expect(third.metadata).toEqual({ feature: "chat", span: "none", tagged: true });
});

test("another prompt, and what follows a success, are calls of their own", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 500 }, {}, {}, {}]);
  await ask(world, world.audit.fetch);
  const other = asking({}, { ...hello, messages: [{ role: "user", content: "Something else" }] });
  await (await world.audit.fetch(`${world.fake.url}/chat/completions`, other)).text();
  await ask(world, world.audit.fetch);
  await ask(world, world.audit.fetch);
  const [first, different, second, third] = world.entries();
  expect([different.attempt, second.attempt, third.attempt]).toEqual([1, 2, 1]);
  expect(second.call_id).toBe(first.call_id);
});

test("the same question after a refusal that nobody retries is another call", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 402 }, {}]);
  await ask(world, world.audit.fetch);
  await ask(world, world.audit.fetch);
  expect(attemptsOf(world.entries())).toEqual([[1], [1]]);
});

test("the same question after an abort is another call", async () => {
  const world = await openWorld();
  world.fake.script([{ stall: "before_headers" }, {}]);
  const sent = world.audit.fetch(
    `${world.fake.url}/chat/completions`,
    asking({ signal: onceReceived(world) }),
  );
  await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  await ask(world, world.audit.fetch);
  expect(attemptsOf(world.entries())).toEqual([[1], [1]]);
});

test("openai's time limit is an abort, and its next attempt belongs to the same call", async () => {
  const world = await openWorld();
  world.fake.script([{ stall: "before_headers" }, {}]);
  await openai(world).create(hello as never, { timeout: 1_000 });
  const [first, second] = world.entries();
  expect(first).toMatchObject({ status: "aborted", attempt: 1, http_status: null });
  expect(second).toMatchObject({ status: "success", attempt: 2, call_id: first.call_id });
});

test("the turns of a conversation with tools are one call", async () => {
  const world = await openWorld();
  const run = openai(world).runTools({
    ...hello,
    tools: [
      {
        type: "function",
        function: { name: "now", parameters: {}, parse: JSON.parse, function: () => "noon" },
      },
    ],
  } as never);
  expect(await run.finalContent()).toContain("noon");
  const entries = world.entries();
  expect(entries.map(({ tools }) => tools.called)).toEqual([["now"], []]);
  expect(entries.map(({ turn, attempt }) => [turn, attempt])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect(entries[1].call_id).toBe(entries[0].call_id);
});

test("an abort while the request is still being sent is not held up by it", async () => {
  const world = await openWorld();
  const controller = new AbortController();
  const body = new ReadableStream({
    start: (stream) => stream.enqueue(new TextEncoder().encode("{")),
  });
  const init = asking({ body, signal: controller.signal, duplex: "half" } as RequestInit);
  const sent = world.audit.fetch(new Request(`${world.fake.url}/chat/completions`, init));
  await sleep(50);
  controller.abort();
  await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  expect(world.entries()).toEqual([
    expect.objectContaining({ status: "aborted", request_bytes: null, attempt: 1, turn: 1 }),
  ]);
});

test("a question asked again after an abort is tried again as itself, not as the one that was aborted", async () => {
  const world = await openWorld();
  world.fake.script([{ stall: "before_headers" }, { error: 500, ...soon }, {}]);
  const asked = openai(world).create(hello as never, { signal: onceReceived(world) });
  await expect(asked).rejects.toThrow("aborted");
  await openai(world).create(hello as never);
  expect(attemptsOf(world.entries())).toEqual([[1], [1, 2]]);
});

test("openai's first attempts are calls of their own, even when the same question failed before", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 500 }, {}]);
  await expect(openai(world).create(hello as never, { maxRetries: 0 })).rejects.toThrow();
  await openai(world).create(hello as never);
  expect(attemptsOf(world.entries())).toEqual([[1], [1]]);
});

test("LangChain's attempts are one call, though the openai client inside it says that each is the first", async () => {
  const world = await openWorld();
  world.fake.script([{ error: 500 }, {}]);
  const configuration = { baseURL: world.fake.url, fetch: world.audit.fetch };
  await new ChatOpenAI({ model: "openai/gpt-5-mini", apiKey: key, configuration }).invoke("Hello");
  expect(world.fake.requests.map(({ headers }) => headers["x-stainless-retry-count"])).toEqual(["0", "0"]);
  expect(attemptsOf(world.entries())).toEqual([[1, 2]]);
});
