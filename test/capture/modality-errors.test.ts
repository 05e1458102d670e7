import { apiClients } from "../support/api-clients.ts";
import { openWorld } from "../support/audited-world.ts";

const model = "openai/text-embedding-3-small";
const calls: [eventType: string, path: string, body: object][] = [
  ["embedding", "/embeddings", { model, input: "x" }],
  ["rerank", "/rerank", { model: "cohere/rerank-v3.5", query: "x", documents: ["y"] }],
  ["image", "/images", { model: "openai/gpt-image-1", prompt: "x" }],
  ["image", "/images", { model: "openai/gpt-image-1", prompt: "x", stream: true }],
  ["speech", "/audio/speech", { model: "openai/gpt-4o-mini-tts-2025-12-15", input: "x", voice: "alloy" }],
  [
    "transcription",
    "/audio/transcriptions",
    { model: "openai/whisper-1", input_audio: { data: "AAAA", format: "mp3" } },
  ],
  ["video", "/videos", { model: "google/veo-3.1", prompt: "x" }],
];

describe.each(calls)("%s (%s %j)", (eventType, path, body) => {
  test("that OpenRouter refuses keeps the reason and has no output", async () => {
    const world = await openWorld({ fake: { script: [{ error: "insufficient_credits" }] } });
    await apiClients(world).send("POST", `/api/v1${path}`, body);
    expect(world.lastEntry()).toMatchObject({
      event_type: eventType,
      status: "error",
      response_complete: true,
      http_status: 402,
      error_code: 402,
      error_type: "payment_required",
      error_message: expect.any(String),
      prompt_hash: expect.stringMatching(/^hmac-sha256:/),
      response_hash: null,
      cost_usd: null,
    });
  });

  test("that reports an error with HTTP 200 is an error", async () => {
    const world = await openWorld();
    const error = { code: 502, message: "Provider returned error", metadata: { raw: "CANARY" } };
    const headers = { "content-type": "application/json" };
    world.fake.next({ raw: { headers, body: JSON.stringify({ error }) } });
    await apiClients(world).send("POST", `/api/v1${path}`, body);
    expect(world.lastEntry()).toMatchObject({
      status: "error",
      http_status: 200,
      error_code: 502,
      error_type: "provider_unavailable",
      error_message: "Provider returned error",
      response_hash: null,
    });
  });

  test("asks how it was routed, when that was wanted", async () => {
    const world = await openWorld({ audit: { routingMetadata: true } });
    await apiClients(world).send("POST", `/api/v1${path}`, body);
    expect(world.fake.requests[0]!.headers["x-openrouter-metadata"]).toBe("enabled");
    expect(world.lastEntry()).toMatchObject({ event_type: eventType, status: "success" });
  });
});
