import type { Fetch } from "@openrouter-audit/core";
import { openWorld } from "../support/audited-world.ts";
import { answer, asking } from "../support/same-with-audit.ts";

const unobservable = { status: "unknown", error_type: "unobservable_body", response_complete: null };

async function through(fetch: () => unknown) {
  const world = await openWorld({ audit: { fetch: fetch as Fetch } });
  return { ...world, call: () => world.audit.fetch(`${world.fake.url}/chat/completions`, asking()) };
}

test.each([undefined, null, { ok: true, json: async () => ({}) }])(
  "a stand-in that answers with no Response (%j) answers so",
  async (given) => {
    const { call, entries, problems } = await through(async () => given);
    expect(await call()).toBe(given);
    expect(entries()).toEqual([expect.objectContaining({ ...unobservable, http_status: null })]);
    expect(problems.map(({ code }) => code)).toEqual(["BODY_UNOBSERVABLE"]);
  },
);

test.each(["headers", "status", "body", "bodyUsed"])(
  "a stand-in whose %s cannot be looked at is given as it is",
  async (member) => {
    const failing = () => {
      throw new Error("not mocked");
    };
    const given = Object.defineProperty(new Response(answer), member, { get: failing });
    const { call, entries } = await through(async () => given);
    expect(await call()).toBe(given);
    expect(entries()).toEqual([expect.objectContaining(unobservable)]);
  },
);

test("headers that fail when they are asked for cost no call its entry", async () => {
  const get = (name: string) => {
    if (name === "content-type") return "application/json";
    throw new Error("not mocked");
  };
  const given = Object.defineProperty(new Response(answer), "headers", { value: { get } });
  const { call, entries } = await through(async () => given);
  expect(await (await call()).text()).toBe(answer);
  expect(entries()).toEqual([expect.objectContaining({ status: "success", generation_id: "gen-1" })]);
});

test("two calls that are given one Response have it, and an entry each", async () => {
  const shared = new Response(answer);
  const { call, entries } = await through(async () => shared);
  expect(await Promise.all([call(), call()])).toEqual([shared, shared]);
  expect(await shared.text()).toBe(answer);
  expect(entries()).toEqual(Array(2).fill(expect.objectContaining({ status: "success" })));
});

test("a Response that was read already is given as it is", async () => {
  const read = new Response(answer);
  await read.text();
  const { call, entries } = await through(async () => read);
  expect(await call()).toBe(read);
  expect(entries()).toEqual([expect.objectContaining({ ...unobservable, http_status: 200 })]);
});

test("chunks that are no bytes reach whoever reads them", async () => {
  const chunks = ["text", 5, null, { length: -1 }];
  const { call } = await through(async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  const seen: unknown[] = [];
  for await (const chunk of (await call()).body as unknown as AsyncIterable<unknown>) seen.push(chunk);
  expect(seen).toEqual(chunks);
});

test("what is thrown, and what a call is aborted with, has a word for its type or none", async () => {
  const sentence = "Ada asked for CANARY";
  const reason = Object.assign(new Error(sentence), { name: sentence, code: sentence });
  const failing = await through(async () => Promise.reject(Object.assign(new Error("x"), reason)));
  await expect(failing.call()).rejects.toThrow("x");
  expect(failing.lastEntry()).toMatchObject({ status: "error", error_type: "Error" });
  const { audit, fake, lastEntry } = await openWorld();
  const signal = AbortSignal.abort(reason);
  const call = audit.fetch(`${fake.url}/chat/completions`, asking({ signal }));
  await expect(call).rejects.toBe(reason);
  expect(lastEntry()).toMatchObject({ status: "aborted", error_type: "AbortError", error_message: null });
});
