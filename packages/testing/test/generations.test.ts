import { chat, get, hello, openFake, post } from "./open-fake.ts";

const stream = { ...hello, stream: true };

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

  test.each([
    ["/completions", { prompt: "hi" }],
    ["/responses", { input: "hi", safety_identifier: "ada" }],
    ["/messages", { messages: hello.messages, metadata: { user_id: "ada" } }],
  ])("tell a cancelled stream of %s too", async (path, body) => {
    const fake = await openFake({ script: [{ text: "word ".repeat(50), chunkDelayMs: 5, gzip: true }] });
    const leave = new AbortController();
    const request = { model: hello.model, user: "ada", stream: true, ...body };
    const response = await post(fake, path, request, { "accept-encoding": "gzip" }, leave.signal);
    const reader = response.body!.getReader();
    for (let read = 0; read < 6; read++) await reader.read();
    leave.abort();
    await fake.settled();
    const [record] = fake.generations;
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(record).toMatchObject({
      cancelled: true,
      streamed: true,
      external_user: "ada",
      finish_reason: null,
    });
    expect(record!.id).toBe(fake.requests[0]!.generationId);
    expect(record!.native_tokens_completion).toBeLessThan(51);
  });

  test("of an answer that is not streamed are complete even if nobody waited for it", async () => {
    const fake = await openFake({ script: [{ latencyMs: 10_000 }] });
    const caller = new AbortController();
    const response = chat(fake, hello, {}, caller.signal);
    while (fake.requests.length === 0) await new Promise(setImmediate);
    caller.abort();
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
