import { inflateSync } from "node:zlib";
import * as models from "@openrouter/sdk/models";
import * as operations from "@openrouter/sdk/models/operations";
import { eventsOf, get, openFake, type Wire } from "./open-fake.ts";
import { formWith, post } from "./send.ts";

const embed = { model: "openai/text-embedding-3-small", input: ["Grüße an 世界", "good morning"] };
const rank = {
  model: "cohere/rerank-v3.5",
  query: "where do cats sleep",
  documents: ["stock prices fell", "cats sleep in boxes", { text: "dogs sleep too" }],
};
const draw = { model: "openai/gpt-image-1", prompt: "a red panda" };
const say = { model: "openai/gpt-4o-mini-tts-2025-12-15", input: "Grüße 👋", voice: "alloy" };
const audio = Buffer.alloc(32_000, 7);
const hear = {
  model: "openai/whisper-1",
  input_audio: { data: audio.toString("base64"), format: "mp3" },
};

const dot = (one: number[], other: number[]) => one.reduce((sum, value, i) => sum + value * other[i]!, 0);

describe("embeddings", () => {
  test("are unit vectors, one for each input, the same for the same text", async () => {
    const fake = await openFake();
    const response = await post(fake, "/embeddings", embed);
    const body = await response.json();
    const { data, usage } = operations.CreateEmbeddingsResponseBody$inboundSchema.parse(body);
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    const [first, second] = data.map(({ embedding }) => embedding as number[]);
    expect(first).toHaveLength(1536);
    expect(dot(first!, first!)).toBeCloseTo(1, 5);
    expect(Math.abs(dot(first!, second!))).toBeLessThan(0.2);
    expect(body.id).toBe(response.headers.get("x-generation-id"));
    expect(usage!.promptTokens).toBeGreaterThan(4);
    expect(usage!.cost).toBeCloseTo(usage!.promptTokens * 0.000_000_02, 12);
    const again = await (await post(fake, "/embeddings", { ...embed, input: embed.input[1] })).json();
    expect(again.data[0].embedding).toEqual(second);
  });

  test("are nearer for texts that share words", async () => {
    const fake = await openFake();
    const input = ["the cat sleeps in a box", "a cat sleeps in the sun", "quarterly revenue fell"];
    const { data } = await (await post(fake, "/embeddings", { ...embed, input })).json();
    const [cat, sun, revenue] = data.map(({ embedding }: Wire) => embedding);
    expect(dot(cat, sun)).toBeGreaterThan(dot(cat, revenue) + 0.3);
  });

  test("come as base64 of the same 32-bit numbers, and as short as they are asked for", async () => {
    const fake = await openFake();
    const short = { ...embed, dimensions: 8 };
    const plain = await (await post(fake, "/embeddings", short)).json();
    const packed = await (await post(fake, "/embeddings", { ...short, encoding_format: "base64" })).json();
    const bytes = Buffer.from(packed.data[1].embedding, "base64");
    const numbers = Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(bytes).toHaveLength(32);
    expect(numbers).toEqual(plain.data[1].embedding);
  });

  test.each([
    ["a text", "one two", 2],
    ["tokens", [11, 22, 33], 3],
    [
      "lists of tokens",
      [
        [1, 2],
        [3, 4, 5],
      ],
      5,
    ],
    ["parts", [{ content: [{ type: "text", text: "one two" }] }], 2],
  ])("take %s", async (_title, input, tokens) => {
    const fake = await openFake();
    const { usage } = await (await post(fake, "/embeddings", { ...embed, input })).json();
    expect(usage).toMatchObject({ prompt_tokens: tokens, total_tokens: tokens });
  });

  test("are cached, with nothing counted on a hit", async () => {
    let now = 1_800_000_000_000;
    const fake = await openFake({ now: () => now });
    const cached = { "x-openrouter-cache": "true" };
    const miss = await post(fake, "/embeddings", embed, cached);
    now += 40_000;
    const hit = await post(fake, "/embeddings", embed, cached);
    expect([miss, hit].map(({ headers }) => headers.get("x-openrouter-cache-status"))).toEqual([
      "MISS",
      "HIT",
    ]);
    expect([miss, hit].map(({ headers }) => headers.get("x-openrouter-cache-ttl"))).toEqual(["300", "260"]);
    const told = await hit.json();
    expect(told.usage).toMatchObject({ prompt_tokens: 0, total_tokens: 0, cost: 0 });
    expect(told.data).toEqual((await miss.json()).data);
  });
});

test("reranking orders documents by what they share with the query", async () => {
  const fake = await openFake();
  const response = await post(fake, "/rerank", { ...rank, top_n: 2 });
  const body = await response.json();
  const { id, results, usage } = operations.CreateRerankResponseBody$inboundSchema.parse(body);
  expect(id).toMatch(/^gen-rerank-\d{10}-\w{20}$/);
  expect(response.headers.get("x-generation-id")).toBe(id);
  expect(results.map(({ index }) => index)).toEqual([1, 2]);
  expect(results[1]!.document).toEqual({ text: "dogs sleep too" });
  expect(results[0]!.relevanceScore).toBeGreaterThan(results[1]!.relevanceScore);
  expect(usage).toMatchObject({ searchUnits: 1, cost: 0.002, totalTokens: expect.any(Number) });
});

describe("images", () => {
  test("are PNGs that follow from the prompt", async () => {
    const fake = await openFake();
    const body = await (await post(fake, "/images", { ...draw, n: 2 })).json();
    const { data, usage } = models.ImageGenerationResponse$inboundSchema.parse(body);
    expect(data).toHaveLength(2);
    const png = Buffer.from(data[0]!.b64Json, "base64");
    expect(png.toString("latin1", 1, 4)).toBe("PNG");
    const [width, start] = [png.readUInt32BE(16), png.indexOf("IDAT") + 4];
    const pixels = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
    expect(pixels).toHaveLength(width * (width * 3 + 1));
    expect(data[1]!.b64Json).not.toBe(data[0]!.b64Json);
    expect(usage).toMatchObject({ completionTokens: 544, isByok: false });
    expect(usage!.cost).toBeCloseTo(544 * 0.000_04 + usage!.promptTokens * 0.000_005, 10);
    const again = await (await post(fake, "/images", { ...draw, n: 2 })).json();
    expect(again.data).toEqual(body.data);
  });

  test("come in a stream, partly first, with the usage at the end", async () => {
    const fake = await openFake();
    const response = await post(fake, "/images", { ...draw, stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const stream = await response.text();
    expect(stream).toMatch(/^: OPENROUTER PROCESSING\n\n/);
    expect(stream).toMatch(/data: \[DONE\]\n\n$/);
    const events = eventsOf(stream);
    for (const event of events) models.ImageStreamingResponseData$inboundSchema.parse(event);
    expect(events.map(({ type }) => type)).toEqual([
      "image_generation.partial_image",
      "image_generation.partial_image",
      "image_generation.completed",
    ]);
    expect(events.at(-1).usage.cost).toBeGreaterThan(0);
    const whole = await (await post(fake, "/images", draw)).json();
    expect(events.at(-1).b64_json).toBe(whole.data[0].b64_json);
  });

  test("can fail in the stream", async () => {
    const fake = await openFake({ script: [{ streamError: { error: 502 } }], generationDelayMs: 0 });
    const response = await post(fake, "/images", { ...draw, stream: true });
    const last = eventsOf(await response.text()).at(-1);
    expect(models.ImageStreamingResponseData$inboundSchema.parse(last)).toMatchObject({
      type: "error",
      error: { code: "provider_unavailable" },
    });
    expect(fake.generations[0]).toMatchObject({ streamed: true, finish_reason: "error" });
  });

  test("are not streamed by a model that cannot", async () => {
    const fake = await openFake();
    const body = { ...draw, model: "bytedance-seed/seedream-4.5", stream: true };
    const { usage } = await (await post(fake, "/images", body)).json();
    expect(usage.cost).toBe(0.04);
  });

  test("of a stream that was left are charged as far as they were sent", async () => {
    const fake = await openFake({ script: [{ chunkDelayMs: 20 }] });
    const response = await post(fake, "/images", { ...draw, stream: true });
    await response.body!.cancel();
    await fake.settled();
    expect(fake.generations[0]).toMatchObject({ cancelled: true, api_type: "image" });
    expect(fake.generations[0]!.total_cost).toBeLessThan(0.0109);
  });
});

describe("speech", () => {
  test.each([
    ["mp3", "audio/mpeg", [0x49, 0x44, 0x33]],
    ["pcm", "audio/pcm", undefined],
  ])("comes as %s, of which only the record tells the cost", async (format, type, magic) => {
    const fake = await openFake({ generationDelayMs: 0 });
    const response = await post(fake, "/audio/speech", { ...say, response_format: format });
    expect(response.headers.get("content-type")).toBe(type);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(500);
    if (magic) expect([...bytes.subarray(0, 3)]).toEqual(magic);
    const id = response.headers.get("x-generation-id")!;
    const { data } = await (await get(fake, `/generation?id=${id}`)).json();
    expect(data).toMatchObject({ api_type: "tts", model: say.model });
    // Seven characters: an emoji is one.
    expect(data.total_cost).toBeCloseTo(7 * 0.000_012, 12);
    const other = await post(fake, "/audio/speech", { ...say, input: "Grüsse!", response_format: format });
    expect(Buffer.compare(bytes, new Uint8Array(await other.arrayBuffer()))).not.toBe(0);
  });

  test("is PCM unless something else is asked for, and shorter when it is faster", async () => {
    const fake = await openFake();
    const slow = await post(fake, "/audio/speech", say);
    const fast = await post(fake, "/audio/speech", { ...say, speed: 2 });
    expect(slow.headers.get("content-type")).toBe("audio/pcm");
    expect((await fast.arrayBuffer()).byteLength).toBeLessThan((await slow.arrayBuffer()).byteLength);
  });
});

describe("transcriptions", () => {
  const form = (fields: Record<string, string>) =>
    formWith(new Blob([audio], { type: "audio/mpeg" }), "hören.mp3", fields);

  test("are the same from JSON and from a form", async () => {
    const fake = await openFake();
    const fromJson = await (await post(fake, "/audio/transcriptions", hear)).json();
    const fromForm = await (await post(fake, "/audio/transcriptions", form({ model: hear.model }))).json();
    const { usage } = models.STTResponse$inboundSchema.parse(fromJson);
    expect(fromForm).toEqual(fromJson);
    expect(fromJson.text).toBe("This is a recording of 32000 bytes.");
    expect(usage).toMatchObject({ seconds: 2, cost: 0.0002, inputTokens: 18 });
  });

  test("tell words and segments when they are asked to", async () => {
    const fake = await openFake({ script: [{ text: "good morning" }] });
    const fields = {
      model: hear.model,
      response_format: "verbose_json",
      "timestamp_granularities[]": "word",
      language: "de",
    };
    const body = await (await post(fake, "/audio/transcriptions", form(fields))).json();
    expect(models.STTResponse$inboundSchema.parse(body)).toMatchObject({
      task: "transcribe",
      language: "de",
      duration: 2,
      segments: [{ text: "good morning", start: 0, end: 2 }],
      words: [
        { word: "good", start: 0, end: 1 },
        { word: "morning", start: 1, end: 2 },
      ],
    });
  });

  test("measure a WAV file by its header", async () => {
    const fake = await openFake();
    const wav = Buffer.alloc(44 + 48_000);
    wav.write("RIFF", "latin1");
    wav.writeUInt32LE(16_000, 28);
    const body = { ...hear, input_audio: { data: wav.toString("base64"), format: "wav" } };
    expect((await (await post(fake, "/audio/transcriptions", body)).json()).usage.seconds).toBe(3);
  });

  test("refuse a form that is none", async () => {
    const fake = await openFake();
    const headers = { "content-type": "multipart/form-data; boundary=none" };
    expect((await post(fake, "/audio/transcriptions", hear, headers)).status).toBe(400);
  });
});

const requests = [
  ["/embeddings", embed, "embeddings"],
  ["/rerank", rank, "rerank"],
  ["/images", draw, "image"],
  ["/audio/speech", say, "tts"],
  ["/audio/transcriptions", hear, "stt"],
] as const;

describe.each(requests)("%s", (path, body, apiType) => {
  test("has a generation id and a record of its kind that matches its usage", async () => {
    const fake = await openFake({ generationDelayMs: 0 });
    const response = await post(fake, path, { ...body, user: "ada", session_id: "s1" });
    const told = Buffer.from(await response.arrayBuffer());
    const id = response.headers.get("x-generation-id");
    const record = await (await get(fake, `/generation?id=${id}`)).json();
    models.GenerationResponse$inboundSchema.parse(record);
    expect(record.data).toMatchObject({ id, api_type: apiType, external_user: "ada", session_id: "s1" });
    if (apiType !== "tts") expect(JSON.parse(told.toString()).usage.cost).toBe(record.data.total_cost);
    expect(fake.requests[0]).toMatchObject({ generationId: id, status: 200, ended: "finished" });
  });

  test("refuses as it is told to, before the router without an id and after it with one", async () => {
    const fake = await openFake({ script: [{ error: 402 }, { error: 429 }, { error: "moderation" }] });
    const answers = [];
    for (let count = 0; count < 3; count++) answers.push(await post(fake, path, body));
    expect(answers.map(({ status }) => status)).toEqual([402, 429, 403]);
    expect(answers.map(({ headers }) => headers.has("x-generation-id"))).toEqual([false, false, true]);
    expect(answers[1]!.headers.get("retry-after")).toBe("1");
    const { error } = await answers[2]!.json();
    expect(error.metadata).toMatchObject({ model_slug: body.model, reasons: expect.any(Array) });
  });

  test("needs a key, a known model and a whole request", async () => {
    const fake = await openFake();
    const unknown = await post(fake, path, { ...body, model: "openai/none" });
    expect(unknown.status).toBe(404);
    expect((await unknown.json()).error.availability.code).toBe("model_not_found");
    expect((await post(fake, path, body, { authorization: "" })).status).toBe(401);
    expect((await post(fake, path, { model: body.model })).status).toBe(400);
    expect((await post(fake, path, { ...body, model: 7 })).status).toBe(400);
    expect(fake.generations).toEqual([]);
  });

  test("reports an error inside a status of 200, and scripted usage", async () => {
    const fake = await openFake({
      script: [
        { errorInside: { form: "envelope", error: 502 } },
        { usage: { costUsd: 0.5 }, provider: "Azure" },
      ],
      generationDelayMs: 0,
    });
    const failed = await post(fake, path, body);
    expect(failed.status).toBe(200);
    expect((await failed.json()).error.code).toBe(502);
    await (await post(fake, path, body)).arrayBuffer();
    expect(fake.generations).toMatchObject([
      { finish_reason: "error" },
      { total_cost: 0.5, provider_name: "Azure", finish_reason: null },
    ]);
  });

  test("travels as it is told to: compressed, cut, slow, reset", async () => {
    const fake = await openFake({ script: [{}, { gzip: true, chunkBytes: 100, latencyMs: 20 }] });
    const plain = Buffer.from(await (await post(fake, path, { ...body, seed: 1 })).arrayBuffer());
    const cut = await post(fake, path, { ...body, seed: 1 }, { "accept-encoding": "gzip" });
    expect(cut.headers.get("content-encoding")).toBe("gzip");
    const unpacked = Buffer.from(await cut.arrayBuffer());
    const timeless = (bytes: Buffer) => bytes.toString("latin1").replace(/gen-[\w-]+|"created":\d+/g, "");
    expect(timeless(unpacked)).toBe(timeless(plain));
    fake.next({ reset: { afterBytes: 20 } });
    await expect(post(fake, path, body).then((response) => response.arrayBuffer())).rejects.toThrow();
    expect(fake.requests[2]).toMatchObject({ ended: "reset", bytesSent: 20 });
  });
});

test("data policy rules models out", async () => {
  const fake = await openFake();
  const body = { ...embed, model: "mistralai/mistral-embed-2312", provider: { zdr: true } };
  const { error } = await (await post(fake, "/embeddings", body)).json();
  expect(error.availability).toMatchObject({ code: "privacy_restricted", excluded_by: "data_policy:zdr" });
});

test("models for each purpose, providers and endpoints without data satisfy the SDK's schemas", async () => {
  const fake = await openFake();
  const read = async (path: string) => (await get(fake, path)).json();
  const list = models.ModelsListResponse$inboundSchema.parse(await read("/embeddings/models"));
  expect(list.data.map(({ id }) => id)).toContain(embed.model);
  const drawing = models.ImageModelsListResponse$inboundSchema.parse(await read("/images/models"));
  expect(drawing.data.map(({ supportsStreaming }) => supportsStreaming)).toEqual([true, false]);
  const filming = models.VideoModelsListResponse$inboundSchema.parse(await read("/videos/models"));
  expect(filming.data.map(({ id }) => id)).toEqual(["google/veo-3.1"]);
  const { data } = operations.ListProvidersResponse$inboundSchema.parse(await read("/providers"));
  expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(["OpenAI", "Cohere"]));
  const kept = operations.ListEndpointsZdrResponse$inboundSchema.parse(await read("/endpoints/zdr"));
  expect(kept.data.map(({ providerName }) => providerName)).not.toContain("DeepSeek");
});
