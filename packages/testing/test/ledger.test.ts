import { chat, get, hello, openFake } from "./open-fake.ts";

const stream = { ...hello, stream: true };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the ledger has every request with what was asked, answered and sent", async () => {
  const fake = await openFake();
  const response = await chat(fake, hello, { "x-title": "tests" });
  const body = await response.text();
  await get(fake, "/generation?id=gen-none");
  expect(fake.requests).toMatchObject([
    {
      index: 0,
      method: "POST",
      path: "/api/v1/chat/completions",
      headers: { "x-title": "tests" },
      body: hello,
      bodyText: JSON.stringify(hello),
      status: 200,
      generationId: JSON.parse(body).id,
      ended: "finished",
      clientClosed: false,
      bytesSent: Buffer.byteLength(body),
    },
    {
      index: 1,
      method: "GET",
      path: "/api/v1/generation",
      url: "/api/v1/generation?id=gen-none",
      status: 404,
      body: undefined,
    },
  ]);
});

test("a client that leaves a stream is noticed at once", async () => {
  const fake = await openFake({ script: [{ chunkDelayMs: 10_000 }] });
  const leave = new AbortController();
  const response = await chat(fake, stream, {}, leave.signal);
  await response.body!.getReader().read();
  const start = performance.now();
  leave.abort();
  await fake.settled();
  expect(performance.now() - start).toBeLessThan(200);
  expect(fake.requests[0]).toMatchObject({ ended: "client_closed", clientClosed: true, status: 200 });
});

test("a client that leaves before the headers is noticed at once", async () => {
  const fake = await openFake({ script: [{ latencyMs: 10_000 }] });
  const leave = new AbortController();
  const response = chat(fake, hello, {}, leave.signal);
  await fake.received(1);
  leave.abort();
  await expect(response).rejects.toThrow("aborted");
  await fake.settled();
  expect(fake.requests[0]).toMatchObject({
    ended: "client_closed",
    status: null,
    generationId: null,
    bytesSent: 0,
  });
});

test("a client that leaves a stalled answer leaves it stalled, and is noticed", async () => {
  const fake = await openFake({ script: [{ stall: { afterChunks: 2 } }] });
  const leave = new AbortController();
  const response = await chat(fake, stream, {}, leave.signal);
  await response.body!.getReader().read();
  await fake.settled();
  expect(fake.requests[0]).toMatchObject({ ended: "stalled", clientClosed: false });
  leave.abort();
  while (!fake.requests[0]!.clientClosed) await pause(5);
  expect(fake.requests[0]!.ended).toBe("stalled");
});

describe("generation records", () => {
  test("do not exist until some time after the answer", async () => {
    let now = Date.now();
    const fake = await openFake({ generationDelayMs: 500, now: () => now });
    const { id, usage } = await (await chat(fake)).json();
    expect((await get(fake, `/generation?id=${id}`)).status).toBe(404);
    expect(fake.generations).toHaveLength(1);
    now += 500;
    const { data } = await (await get(fake, `/generation?id=${id}`)).json();
    expect(data).toEqual(fake.generations[0]);
    expect(data).toMatchObject({
      id,
      total_cost: usage.cost,
      streamed: false,
      cancelled: false,
      finish_reason: "stop",
    });
  });

  test("tell a cancelled stream, and what the part that was sent did cost", async () => {
    const fake = await openFake({ script: () => ({ text: "word ".repeat(50), chunkDelayMs: 5 }) });
    const cancel = async (model: string) => {
      const leave = new AbortController();
      const reader = (await chat(fake, { ...stream, model }, {}, leave.signal)).body!.getReader();
      for (let read = 0; read < 5; read++) await reader.read();
      leave.abort();
      await fake.settled();
      return fake.generations.at(-1)!;
    };
    const stopped = await cancel("openai/gpt-5-mini");
    expect(stopped).toMatchObject({ cancelled: true, streamed: true, finish_reason: null });
    expect(stopped.native_tokens_completion).toBeGreaterThan(0);
    expect(stopped.native_tokens_completion).toBeLessThan(30);
    // Google's models go on, and are paid for, when nobody listens any more.
    expect(await cancel("google/gemini-2.5-flash")).toMatchObject({
      cancelled: true,
      native_tokens_completion: 51,
    });
  });

  test("of an answer that is not streamed are complete even if nobody waited for it", async () => {
    const fake = await openFake({ script: [{ latencyMs: 10_000 }] });
    const response = chat(fake, hello, {}, AbortSignal.timeout(50));
    await expect(response).rejects.toThrow();
    await fake.settled();
    expect(fake.generations).toMatchObject([{ cancelled: false, finish_reason: "stop" }]);
  });

  test("are not made for requests that were refused", async () => {
    const fake = await openFake({ script: [{ error: 502 }] });
    await chat(fake);
    expect(fake.generations).toEqual([]);
  });
});

describe("the response cache", () => {
  test("answers the same request again for nothing, under a new id", async () => {
    const fake = await openFake();
    const headers = { "x-openrouter-cache": "true", "x-openrouter-metadata": "enabled" };
    const first = await chat(fake, hello, headers);
    const second = await chat(fake, hello, headers);
    expect(first.headers.get("x-openrouter-cache-status")).toBe("MISS");
    expect(second.headers.get("x-openrouter-cache-status")).toBe("HIT");
    const [missed, hit] = [await first.json(), await second.json()];
    expect(second.headers.get("x-openrouter-cache-source-id")).toBe(missed.id);
    expect(hit.id).not.toBe(missed.id);
    expect(hit.choices).toEqual(missed.choices);
    expect(hit.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0 });
    expect(hit).not.toHaveProperty("openrouter_metadata");
    expect(fake.generations[1]).toMatchObject({ response_cache_source_id: missed.id, usage: 0 });
  });

  test("can be scripted", async () => {
    const fake = await openFake({
      script: [{ cacheHit: { ageSeconds: 3, ttlSeconds: 60, sourceId: "gen-1-a" } }],
    });
    expect(Object.fromEntries((await chat(fake)).headers)).toMatchObject({
      "x-openrouter-cache-status": "HIT",
      "x-openrouter-cache-age": "3",
      "x-openrouter-cache-ttl": "60",
      "x-openrouter-cache-source-id": "gen-1-a",
    });
  });
});

describe("scripts", () => {
  const said = async (response: Promise<Response>) =>
    (await (await response).json()).choices[0].message.content;

  test("may be a list, which is followed by ordinary answers", async () => {
    const fake = await openFake({ script: [{ text: "one" }, undefined, { text: "three" }] });
    const texts = [];
    for (let count = 0; count < 4; count++) texts.push(await said(chat(fake)));
    expect(texts).toEqual([
      "one",
      expect.stringContaining("Hello!"),
      "three",
      expect.stringContaining("Hello!"),
    ]);
  });

  test("may be a function of the request", async () => {
    const fake = await openFake({ script: async ({ index, path }) => ({ text: `${index} ${path}` }) });
    expect(await said(chat(fake))).toBe("0 /api/v1/chat/completions");
    expect(await said(chat(fake))).toBe("1 /api/v1/chat/completions");
  });

  test("come after what was queued, and can be replaced", async () => {
    const fake = await openFake({ script: [{ text: "script" }] });
    fake.next({ text: "queued" }, { text: "queued too" });
    expect(await said(chat(fake))).toBe("queued");
    expect(await said(chat(fake))).toBe("queued too");
    expect(await said(chat(fake))).toBe("script");
    fake.script(() => ({ text: "replaced" }));
    expect(await said(chat(fake))).toBe("replaced");
  });
});

test("a closed server is gone, and closing it again is harmless", async () => {
  const fake = await openFake();
  const { port } = fake;
  await fake.close();
  await fake[Symbol.asyncDispose]();
  await expect(chat(fake)).rejects.toThrow("fetch failed");
  const again = await openFake({ port });
  expect(again.origin).toBe(fake.origin);
});
