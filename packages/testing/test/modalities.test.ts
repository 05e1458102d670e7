import * as models from "@openrouter/sdk/models";
import * as operations from "@openrouter/sdk/models/operations";
import { get, openFake, post } from "./open-fake.ts";

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
