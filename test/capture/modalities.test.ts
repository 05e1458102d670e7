import { digestPrompt, digestResponse } from "@openrouter-audit/core";
import { toFile } from "openai";
import { apiClients } from "../support/api-clients.ts";
import { journalTextIn, openWorld } from "../support/audited-world.ts";
import { digestOf, h } from "../support/plain-digests.ts";

const embed = { model: "openai/text-embedding-3-small", input: ["Grüße an 世界", "CANARY"] };
const say = { model: "openai/gpt-4o-mini-tts-2025-12-15", input: "CANARY Grüße 👋", voice: "alloy" } as const;
const draw = { model: "openai/gpt-image-1", prompt: "a red CANARY" };
const recording = Buffer.alloc(32_000, 7);
const canaries = ["CANARY", recording.toString("base64", 0, 60)];

async function open(options = {}) {
  const world = await openWorld({ audit: { digest: "sha256" }, ...options });
  return {
    ...world,
    ...apiClients(world),
    /** The only entry, when the journal holds nothing of what was said. */
    only() {
      const [entry, ...others] = world.entries();
      expect(others).toEqual([]);
      for (const canary of canaries) expect(journalTextIn(world.directory)).not.toContain(canary);
      return { ...entry, generation: world.fake.requests[0]!.generationId };
    },
  };
}

describe("embeddings", () => {
  test("are digested one by one, whichever client asked", async () => {
    const { openai, fake, only } = await open();
    const answer = await openai.embeddings.create({ ...embed, dimensions: 8, encoding_format: "float" });
    const entry = only();
    expect(entry).toMatchObject({
      event_type: "embedding",
      endpoint: "/api/v1/embeddings",
      status: "success",
      model: embed.model,
      model_served: answer.model,
      generation_id: entry.generation,
      stream: false,
      refused: null,
      parameters: { dimensions: 8, encoding_format: "float" },
      prompt_tokens: answer.usage.prompt_tokens,
      completion_tokens: null,
      total_tokens: answer.usage.total_tokens,
      is_byok: false,
      prompt_hash: digestOf(embed.input),
      response_hash: digestOf(answer.data.map(({ embedding }) => h(embedding))),
    });
    expect(entry.cost_usd).toBe(fake.generations[0]!.total_cost);
    expect(entry.cost_usd).toBeGreaterThan(0);
  });

  test("packed as base64 are texts, and are put in the order of their index", async () => {
    const { sdk, fake, only } = await open();
    const data = [
      { object: "embedding", index: 1, embedding: "AAAA" },
      { object: "embedding", index: 0, embedding: "gD8=" },
    ];
    const body = { id: "gen-emb", object: "list", model: "m", data };
    fake.next({ raw: { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } });
    await sdk.embeddings.generate({ requestBody: { ...embed, encodingFormat: "base64" } });
    const entry = only();
    const options = { eventType: "embedding", algorithm: "sha256" } as const;
    expect(entry).toMatchObject({
      generation_id: "gen-emb",
      total_tokens: null,
      cost_usd: null,
      response_hash: digestOf([h("gD8="), h("AAAA")]),
    });
    expect(digestResponse(body, options)).toBe(entry.response_hash);
    for (const prompt of [embed, embed.input]) expect(digestPrompt(prompt, options)).toBe(entry.prompt_hash);
  });

  test("of JSON that is none are no answer", async () => {
    const { send, fake, only } = await open();
    fake.next({ raw: { headers: { "content-type": "application/json" }, body: '{"ok":true}' } });
    await send("POST", "/api/v1/embeddings", embed);
    expect(only()).toMatchObject({ status: "error", error_type: "incomplete_answer" });
  });
});

test("reranking is digested by the scores alone, and counts its searches", async () => {
  const { sdk, only } = await open();
  const asked = { model: "cohere/rerank-v3.5", query: "CANARY", documents: ["a CANARY", { text: "b" }] };
  const answer = await sdk.rerank.rerank({ requestBody: { ...asked, topN: 2 } });
  if (typeof answer === "string") throw new Error("The SDK read no JSON.");
  const entry = only();
  const { documents, query } = asked;
  expect(entry).toMatchObject({
    event_type: "rerank",
    status: "success",
    provider: "Cohere",
    generation_id: expect.stringMatching(/^gen-rerank-/),
    parameters: { top_n: 2 },
    total_tokens: answer.usage!.totalTokens,
    cost_usd: 0.002,
    usage_details: { search_units: 1 },
    prompt_hash: digestOf({ documents, query }),
    response_hash: digestOf(
      answer.results.map(({ index, relevanceScore }) => ({ index, relevance_score: relevanceScore })),
    ),
  });
  expect(entry.generation_id).toBe(answer.id);
});

describe("images", () => {
  test("have the same digest streamed and whole", async () => {
    const { sdk, send, entries, directory } = await open();
    const request = { ...draw, n: 2, size: "1024x1024" };
    const streamed = await sdk.images.generate({ imageGenerationRequest: { ...request, stream: true } });
    for await (const _event of streamed as AsyncIterable<unknown>);
    const whole = (await send("POST", "/api/v1/images", request)).json();
    const [first, second] = entries();
    const images = whole.data.map(({ b64_json }: { b64_json: string }) => h(b64_json));
    expect(images).toHaveLength(2);
    expect([first.stream, second.stream]).toEqual([true, false]);
    for (const entry of [first, second]) {
      expect(entry).toMatchObject({
        event_type: "image",
        status: "success",
        parameters: { n: 2, size: "1024x1024" },
        completion_tokens: whole.usage.completion_tokens,
        cost_usd: whole.usage.cost,
        usage_details: { completion_image_tokens: whole.usage.completion_tokens },
        prompt_hash: digestOf({ input_references: null, prompt: draw.prompt }),
        response_hash: digestOf(images),
      });
      expect(entry.generation_id).toMatch(/^gen-/);
    }
    expect(first.time_to_first_token_ms).toBeGreaterThan(0);
    expect(second.time_to_first_token_ms).toBeNull();
    expect(journalTextIn(directory)).not.toContain("CANARY");
  });

  test("that fail in mid-stream are an error without output", async () => {
    const { send, only } = await open({
      fake: { script: [{ streamError: { error: "rate_limited" } }] },
    });
    await send("POST", "/api/v1/images", { ...draw, stream: true });
    expect(only()).toMatchObject({
      status: "error",
      response_complete: true,
      http_status: 200,
      error_code: "rate_limit_exceeded",
      error_type: "rate_limit_exceeded",
      response_hash: null,
    });
  });

  test("cut off after the partial ones are an answer that broke off", async () => {
    const { send, only } = await open({ fake: { script: [{ reset: { afterChunks: 3 } }] } });
    await expect(send("POST", "/api/v1/images", { ...draw, stream: true })).rejects.toThrow("terminated");
    expect(only()).toMatchObject({ status: "error", response_complete: false, response_hash: null });
  });
});

describe("speech", () => {
  test.each(["openai", "sdk"] as const)("is digested as the bytes that %s got", async (name) => {
    const { openai, sdk, only } = await open();
    const asked = { ...say, speed: 2 };
    const answer =
      name === "openai"
        ? await openai.audio.speech.create({ ...asked, response_format: "mp3" })
        : new Response(await sdk.tts.createSpeech({ speechRequest: { ...asked, responseFormat: "mp3" } }));
    const audio = new Uint8Array(await answer.arrayBuffer());
    const entry = only();
    expect(audio.length).toBeGreaterThan(200);
    expect(entry).toMatchObject({
      event_type: "speech",
      status: "success",
      response_complete: true,
      model: say.model,
      generation_id: entry.generation,
      parameters: { voice: "alloy", speed: 2, response_format: "mp3" },
      response_bytes: audio.length,
      cost_usd: null,
      prompt_hash: digestOf({ input: say.input, input_references: null, instructions: null }),
      response_hash: digestOf(audio),
    });
  });

  test("that breaks off is not complete, and digested as far as it came", async () => {
    const { send, only } = await open({ fake: { script: [{ reset: { afterBytes: 5000 } }] } });
    await expect(send("POST", "/api/v1/audio/speech", say)).rejects.toThrow("terminated");
    const entry = only();
    expect(entry).toMatchObject({ status: "error", response_complete: false });
    expect(entry.response_bytes).toBeGreaterThan(0);
    expect(entry.response_hash).toMatch(/^sha256:/);
  });

  test("that was refused keeps the reason", async () => {
    const { send, only } = await open();
    await send("POST", "/api/v1/audio/speech", { ...say, speed: 99 });
    const refused = { status: "error", error_code: 400, error_type: "invalid_request", response_hash: null };
    expect(only()).toMatchObject({ ...refused, error_message: expect.stringContaining("speed") });
  });
});

describe("transcription", () => {
  const said = { text: "CANARY was said" };
  const file = { name: "file", filename: "a.mp3", content_type: "audio/mpeg", bytes: 32_000 };
  const model = "openai/whisper-1";
  const sent = { ...file, sha256: h(recording.toString()) };
  const [named, language] = [
    { name: "model", value: model },
    { name: "language", value: "de" },
  ];
  const audio = { data: recording.toString("base64"), format: "mp3" };
  const inJson = digestOf(audio);

  test.each([
    ["an upload of openai's", digestOf([named, sent])],
    ["JSON of the SDK's", inJson],
    ["an upload of the SDK's", digestOf([sent, named, language])],
  ] as const)("takes %s", async (how, prompt) => {
    const { openai, sdk, only } = await open({ fake: { script: [said] } });
    const type = "audio/mpeg";
    if (how.startsWith("an upload of openai"))
      await openai.audio.transcriptions.create({ model, file: await toFile(recording, "a.mp3", { type }) });
    else if (how.startsWith("JSON"))
      await sdk.stt.createTranscription({ sttRequest: { model, inputAudio: audio, language: "de" } });
    else
      await sdk.stt.createTranscriptionMultipart({
        requestBody: { model, language: "de", file: { fileName: "a.mp3", content: new Blob([recording]) } },
      });
    const entry = only();
    expect(entry).toMatchObject({
      event_type: "transcription",
      status: "success",
      model,
      generation_id: entry.generation,
      parameters: how.includes("SDK") ? { language: "de" } : {},
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
      cost_usd: expect.any(Number),
      usage_details: { seconds: expect.any(Number) },
      prompt_hash: prompt,
      response_hash: digestOf(h(said.text)),
    });
    expect(entry.total_tokens).toBe(entry.prompt_tokens + entry.completion_tokens);
  });

  test("with its segments and words has the digest of the text", async () => {
    const { send, only } = await open({ fake: { script: [said] } });
    await send("POST", "/api/v1/audio/transcriptions", {
      model,
      input_audio: audio,
      response_format: "verbose_json",
      timestamp_granularities: ["word"],
    });
    expect(only()).toMatchObject({
      parameters: { response_format: "verbose_json" },
      prompt_hash: inJson,
      response_hash: digestOf(h(said.text)),
    });
  });
});
