import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { tokenize } from "../src/index.ts";
import { chat, hello, openFake } from "./open-fake.ts";

const stream = { ...hello, stream: true };

/** Every chunk as the client gets it, and the error that ended the body, if one did. */
async function chunksOf(response: Response, onChunk = (_chunks: Uint8Array[]) => {}) {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body!) {
      chunks.push(chunk);
      onChunk(chunks);
    }
  } catch (error) {
    return { chunks, error };
  }
  return { chunks, error: undefined };
}

const bytesIn = (chunks: Uint8Array[]) => chunks.reduce((sum, chunk) => sum + chunk.length, 0);

test("a body arrives the same however it is cut", async () => {
  const fake = await openFake({ now: () => 1_790_000_000_000 });
  const text = "ü世👋\n".repeat(3);
  const body = (response: string) => response.replace(/gen-\d+-\w{20}/g, "gen-");
  fake.next({ text });
  const whole = body(await (await chat(fake, stream)).text());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
      async (chunkBytes) => {
        fake.next({ text, chunkBytes });
        expect(body(await (await chat(fake, stream)).text())).toBe(whole);
      },
    ),
    { numRuns: 25 },
  );
});

test("tokens put together are the text again", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => expect(tokenize(text).join("")).toBe(text)));
});

test("writes of the size asked for reach the client as they are, even inside a character", async () => {
  const fake = await openFake({ script: [{ raw: { body: "世界" }, chunkBytes: [1, 4] }] });
  const { chunks } = await chunksOf(await chat(fake));
  expect(chunks.map((chunk) => chunk.length)).toEqual([1, 4, 1]);
});

test("several events can come in one chunk", async () => {
  const fake = await openFake({ script: [{ chunkBytes: 1_000_000 }] });
  expect((await chunksOf(await chat(fake, stream))).chunks).toHaveLength(1);
});

test("latency comes before the headers, delay between the chunks", async () => {
  const fake = await openFake({
    script: [{ latencyMs: 80 }, { raw: { body: ["a", "b", "c"] }, chunkDelayMs: 40 }],
  });
  const start = performance.now();
  await chat(fake);
  const headers = performance.now();
  expect(headers - start).toBeGreaterThan(75);
  await (await chat(fake)).text();
  expect(performance.now() - headers).toBeGreaterThan(75);
});

test("gzip is used when it is scripted and the client accepts it", async () => {
  const fake = await openFake({ script: () => ({ gzip: true }) });
  const zipped = await chat(fake, stream);
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(await zipped.text()).toContain("data: [DONE]");
  expect((await chat(fake, stream, { "accept-encoding": "identity" })).headers.has("content-encoding")).toBe(
    false,
  );
});

test("a large body that is written at once can be compressed", async () => {
  const fake = await openFake({ script: [{ gzip: true, text: randomBytes(90_000).toString("base64") }] });
  const body = await (await chat(fake)).json();
  expect(body.choices[0].message.content).toHaveLength(120_000);
});

test("a compressed stream can be read event by event", async () => {
  const fake = await openFake({ script: [{ gzip: true, stall: { afterChunks: 3 } }] });
  const leave = new AbortController();
  const response = await chat(fake, stream, {}, leave.signal);
  const reader = response.body!.getReader();
  let seen = "";
  while (!seen.includes("chat.completion.chunk"))
    seen += Buffer.from((await reader.read()).value!).toString();
  leave.abort();
  expect(seen).not.toContain("[DONE]");
});

describe("a reset", () => {
  test("before the headers fails the request", async () => {
    const fake = await openFake({ script: [{ reset: "before_headers" }] });
    await expect(chat(fake)).rejects.toThrow("fetch failed");
    expect(fake.requests[0]).toMatchObject({
      ended: "reset",
      status: null,
      bytesSent: 0,
      clientClosed: false,
    });
  });

  test.each([0, 1, 40, 333])("after %d bytes delivers exactly those", async (afterBytes) => {
    const fake = await openFake({ script: [{ reset: { afterBytes } }] });
    const { chunks, error } = await chunksOf(await chat(fake, stream));
    expect(bytesIn(chunks)).toBe(afterBytes);
    expect(error).toBeDefined();
    expect(fake.requests[0]).toMatchObject({ ended: "reset", status: 200, bytesSent: afterBytes });
  });

  test("after two chunks delivers the comment and the first event", async () => {
    const fake = await openFake({ script: [{ reset: { afterChunks: 2 } }] });
    const { chunks, error } = await chunksOf(await chat(fake, stream));
    expect(Buffer.concat(chunks).toString()).toMatch(/^: OPENROUTER PROCESSING\n\ndata: \{.*\}\n\n$/);
    expect(error).toBeDefined();
  });

  test("beyond the end never happens", async () => {
    const fake = await openFake({ script: [{ reset: { afterBytes: 1_000_000 } }] });
    expect((await chunksOf(await chat(fake))).error).toBeUndefined();
  });
});

describe("a stall", () => {
  test("before the headers keeps the client waiting until it gives up", async () => {
    const fake = await openFake({ script: [{ stall: "before_headers" }] });
    const leave = new AbortController();
    const waiting = chat(fake, hello, {}, leave.signal);
    await fake.received(1);
    setTimeout(() => leave.abort(), 60);
    await expect(waiting).rejects.toThrow("aborted");
    await fake.settled();
    expect(fake.requests[0]).toMatchObject({ ended: "stalled", status: null });
  });

  test("in the middle of a body keeps what came before it", async () => {
    const fake = await openFake({ script: [{ stall: { afterBytes: 50 } }] });
    const leave = new AbortController();
    const response = await chat(fake, stream, {}, leave.signal);
    const { chunks, error } = await chunksOf(response, (come) => {
      if (bytesIn(come) >= 50) setTimeout(() => leave.abort(), 60);
    });
    expect(bytesIn(chunks)).toBe(50);
    expect(error).toBeDefined();
    expect(fake.requests[0]).toMatchObject({ ended: "stalled", bytesSent: 50 });
  });

  test("ends when the server closes", async () => {
    const fake = await openFake({ script: [{ stall: { afterChunks: 1 } }] });
    const response = await chat(fake, stream);
    const body = chunksOf(response);
    await fake.settled();
    await fake.close();
    expect((await body).error).toBeDefined();
    expect(fake.requests[0]).toMatchObject({ ended: "stalled", clientClosed: false });
  });
});

test("of a reset and a stall the earlier one happens", async () => {
  const fake = await openFake({ script: [{ stall: { afterBytes: 90 }, reset: { afterBytes: 60 } }] });
  await chunksOf(await chat(fake, stream));
  expect(fake.requests[0]).toMatchObject({ ended: "reset", bytesSent: 60 });
});

test("a raw answer is sent as it stands", async () => {
  const raw = { status: 418, headers: { "x-teapot": "yes" }, body: Uint8Array.of(0, 255, 10) };
  const fake = await openFake({ script: [{ raw, headers: { "x-more": "1" } }] });
  const response = await chat(fake, "not even JSON", { authorization: "none" });
  expect(response.status).toBe(418);
  expect(Object.fromEntries(response.headers)).toMatchObject({ "x-teapot": "yes", "x-more": "1" });
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(raw.body);
});

test("a scripted header takes the place of the server's own, however it is written", async () => {
  const fake = await openFake({
    script: [{ headers: { "content-type": "text/plain", "X-GENERATION-ID": "gen-mine" } }],
  });
  const { headers } = await chat(fake);
  expect(headers.get("content-type")).toBe("text/plain");
  expect(headers.get("x-generation-id")).toBe("gen-mine");
  expect(fake.requests[0]!.generationId).toBe("gen-mine");
});
