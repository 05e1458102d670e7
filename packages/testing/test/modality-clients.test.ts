import { OpenRouter } from "@openrouter/sdk";
import OpenAI, { toFile } from "openai";
import { key, openFake, type Wire } from "./open-fake.ts";
import { managementKey } from "./send.ts";

const embeddingModel = "openai/text-embedding-3-small";
const speechModel = "openai/gpt-4o-mini-tts-2025-12-15";
const audio = Buffer.alloc(16_000, 1);
const csv = Buffer.from("name,age\nada,36\n");

describe("the openai client", () => {
  async function openClient(script: Wire[] = []) {
    const fake = await openFake({ script, generationDelayMs: 0 });
    return { fake, client: new OpenAI({ apiKey: key, baseURL: fake.url }) };
  }

  test("embeds several texts, which it asks for as base64", async () => {
    const { client, fake } = await openClient();
    const input = ["Grüße an 世界", "good morning"];
    const { data, usage } = await client.embeddings.create({ model: embeddingModel, input, dimensions: 16 });
    expect(fake.requests[0]!.body).toMatchObject({ encoding_format: "base64" });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([16, 16]);
    expect(Math.hypot(...data[0]!.embedding)).toBeCloseTo(1, 5);
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  test("speaks, and is heard", async () => {
    const { client, fake } = await openClient();
    const speech = await client.audio.speech.create({
      model: speechModel,
      input: "good morning",
      voice: "alloy",
      response_format: "mp3",
    });
    const bytes = Buffer.from(await speech.arrayBuffer());
    const file = await toFile(bytes, "speech.mp3", { type: "audio/mpeg" });
    const heard = await client.audio.transcriptions.create({ model: "openai/whisper-1", file });
    expect(heard.text).toBe(`This is a recording of ${bytes.length} bytes.`);
    expect(fake.generations.map(({ api_type }) => api_type)).toEqual(["tts", "stt"]);
  });

  test("uploads, lists and deletes files", async () => {
    const { client } = await openClient();
    const file = await toFile(csv, "report.csv");
    const { id, bytes, object } = await client.files.create({ file, purpose: "user_data" });
    expect({ bytes, object }).toEqual({ bytes: csv.length, object: "file" });
    expect((await client.files.list()).data.map((listed) => listed.id)).toEqual([id]);
    await expect(client.files.content(id)).rejects.toMatchObject({ status: 400 });
    expect(await client.files.delete(id)).toMatchObject({ id, deleted: true });
    await expect(client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test("finds no images where OpenAI has them", async () => {
    const { client } = await openClient();
    const images = client.images.generate({ model: "openai/gpt-image-1", prompt: "a cat" });
    await expect(images).rejects.toMatchObject({ status: 404 });
  });

  test("tries again after a rate limit", async () => {
    const { client, fake } = await openClient([{ error: { name: 429, retryAfterSeconds: 0.01 } }]);
    await client.embeddings.create({ model: embeddingModel, input: "a" });
    expect(fake.requests.map(({ status }) => status)).toEqual([429, 200]);
  });
});

describe("OpenRouter's own client", () => {
  async function openClient(apiKey = key) {
    const fake = await openFake({ managementKeys: [managementKey], generationDelayMs: 0 });
    const client = new OpenRouter({ apiKey, serverURL: fake.url, retryConfig: { strategy: "none" } });
    return { fake, client };
  }

  test("embeds and reranks", async () => {
    const { client } = await openClient();
    const embedded: Wire = await client.embeddings.generate({
      requestBody: { model: embeddingModel, input: "a", dimensions: 4 },
    });
    expect(embedded.data[0].embedding).toHaveLength(4);
    const ranked: Wire = await client.rerank.rerank({
      requestBody: { model: "cohere/rerank-v3.5", query: "cats", documents: ["dogs", "cats"] },
    });
    expect(ranked.results[0].document.text).toBe("cats");
  });

  test("draws, whole and streamed", async () => {
    const { client } = await openClient();
    const request = { model: "openai/gpt-image-1", prompt: "a cat" };
    const whole: Wire = await client.images.generate({ imageGenerationRequest: request });
    const stream: Wire = await client.images.generate({
      imageGenerationRequest: { ...request, stream: true },
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.at(-1)).toMatchObject({
      type: "image_generation.completed",
      b64Json: whole.data[0].b64Json,
    });
  });

  test("speaks, and is heard from JSON and from a form", async () => {
    const { client } = await openClient();
    const speech = await client.tts.createSpeech({
      speechRequest: { model: speechModel, input: "good morning", voice: "alloy" },
    });
    const bytes = Buffer.from(await new Response(speech as ReadableStream).arrayBuffer());
    expect(bytes.length).toBeGreaterThan(1000);
    const fromJson = await client.stt.createTranscription({
      sttRequest: {
        model: "openai/whisper-1",
        inputAudio: { data: audio.toString("base64"), format: "mp3" },
      },
    });
    const fromForm = await client.stt.createTranscriptionMultipart({
      requestBody: { model: "openai/whisper-1", file: { fileName: "a.mp3", content: audio } },
    });
    expect(fromForm).toEqual(fromJson);
    expect(fromJson.usage).toMatchObject({ seconds: 1, cost: 0.0001 });
  });

  test("makes a video", async () => {
    const { client } = await openClient();
    let job = await client.videoGeneration.generate({
      videoGenerationRequest: { model: "google/veo-3.1", prompt: "a cat" },
    });
    const jobId = job.id;
    while (job.status !== "completed") job = await client.videoGeneration.getGeneration({ jobId });
    expect(job.usage).toEqual({ cost: 4, isByok: false });
    const video = await client.videoGeneration.getVideoContent({ jobId });
    const bytes = Buffer.from(await new Response(video as ReadableStream).arrayBuffer());
    expect(bytes.toString("latin1", 4, 8)).toBe("ftyp");
  });

  test("uploads, lists and deletes files", async () => {
    const { client } = await openClient();
    const uploaded: Wire = await client.files.upload({
      requestBody: { file: { fileName: "report.csv", content: csv } },
    });
    expect(uploaded).toMatchObject({ shape: "openrouter", mimeType: "text/csv", sizeBytes: csv.length });
    const files: Wire[] = [];
    for await (const page of (await client.files.list()) as Wire) files.push(...page.result.data);
    expect(files.map(({ id }) => id)).toEqual([uploaded.id]);
    await expect(client.files.download({ fileId: uploaded.id })).rejects.toMatchObject({ statusCode: 400 });
    await client.files.delete({ fileId: uploaded.id });
    await expect(client.files.retrieve({ fileId: uploaded.id })).rejects.toMatchObject({ statusCode: 404 });
  });

  test("manages keys, credentials of providers and guardrails", async () => {
    const { client } = await openClient(managementKey);
    const { key: made, data } = await client.apiKeys.create({ requestBody: { name: "a" } });
    expect(made).toMatch(/^sk-or-v1-/);
    expect((await client.apiKeys.list()).data.map(({ hash }) => hash)).toEqual([data.hash]);
    await client.apiKeys.update({ hash: data.hash, requestBody: { name: "b" } });
    expect((await client.apiKeys.get({ hash: data.hash })).data.name).toBe("b");
    expect(await client.apiKeys.delete({ hash: data.hash })).toEqual({ deleted: true });

    const credential = { provider: "openai", key: "sk-secret-of-openai" } as const;
    const { data: kept } = await client.byok.create({ createBYOKKeyRequest: credential });
    expect(kept.label).toBe("sk-...nai");
    const guardrail = await client.guardrails.create({ createGuardrailRequest: { name: "g" } });
    expect(guardrail.data.name).toBe("g");
  });

  test("exchanges a code for a key", async () => {
    const { client } = await openClient();
    const { data } = await client.oAuth.createAuthCode({ requestBody: { callbackUrl: "http://localhost" } });
    const { key: made } = await client.oAuth.exchangeAuthCodeForAPIKey({ requestBody: { code: data.id } });
    expect(made).toMatch(/^sk-or-v1-/);
  });

  test("lists models for each purpose, providers and endpoints without data", async () => {
    const { client } = await openClient();
    expect((await client.embeddings.listModels()).result.data.length).toBeGreaterThan(0);
    expect((await client.images.listModels()).data.length).toBeGreaterThan(0);
    expect((await client.videoGeneration.listVideosModels()).data.length).toBeGreaterThan(0);
    expect((await client.providers.list()).data.length).toBeGreaterThan(0);
    expect((await client.endpoints.listZdrEndpoints()).data.length).toBeGreaterThan(0);
  });
});
