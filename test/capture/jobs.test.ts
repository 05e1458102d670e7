import { digestPrompt, digestResponse } from "@openrouter-audit/core";
import { apiClients } from "../support/api-clients.ts";
import { journalTextIn, openWorld } from "../support/audited-world.ts";
import { digestOf, h } from "../support/plain-digests.ts";

const film = { model: "google/veo-3.1", prompt: "a golden CANARY" };
const batch = {
  endpoint: "/v1/chat/completions",
  model: "openai/gpt-5-mini",
  requests: [
    { custom_id: "one", body: { messages: [{ role: "user", content: "CANARY Grüße" }] } },
    { custom_id: "two", body: { messages: [] } },
  ],
};
const path = "/api/beta/batches";
const plain = { algorithm: "sha256" } as const;

async function open(jobFailure?: string) {
  const script = jobFailure === undefined ? [] : [{ jobFailure }];
  const world = await openWorld({ audit: { digest: "sha256" }, fake: { script } });
  return { ...world, ...apiClients(world) };
}

describe("a video", () => {
  test("is followed from its prompt to its bytes", async () => {
    const { sdk, entries, directory } = await open();
    const frame = {
      type: "image_url",
      imageUrl: { url: "https://CANARY.example" },
      frameType: "first_frame",
    } as const;
    const { id: jobId } = await sdk.videoGeneration.generate({
      videoGenerationRequest: { ...film, duration: 4, frameImages: [frame] },
    });
    for (let poll = 0; poll < 3; poll++) await sdk.videoGeneration.getGeneration({ jobId });
    const content = await sdk.videoGeneration.getVideoContent({ jobId });
    const bytes = new Uint8Array(await new Response(content).arrayBuffer());
    const [asked, ...others] = entries();
    const fetched = others.pop();
    const frame_images = [
      { type: "image_url", image_url: { url: "https://CANARY.example" }, frame_type: "first_frame" },
    ];
    expect(asked).toMatchObject({
      event_type: "video",
      endpoint: "/api/v1/videos",
      status: "success",
      http_status: 202,
      model: film.model,
      parameters: { duration: 4 },
      generation_id: expect.stringMatching(/^gen-vid-/),
      finish_reason: "pending",
      cost_usd: null,
      prompt_hash: digestOf({ frame_images, input_references: null, prompt: film.prompt }),
    });
    expect(others.map(({ finish_reason, cost_usd }) => [finish_reason, cost_usd])).toEqual([
      ["pending", null],
      ["in_progress", null],
      ["completed", 2],
    ]);
    expect(others.at(-1)).toMatchObject({
      event_type: "video_status",
      endpoint: "/api/v1/videos/{id}",
      status: "success",
      generation_id: asked.generation_id,
      is_byok: false,
      prompt_hash: null,
      response_hash: null,
    });
    expect(fetched).toMatchObject({
      event_type: "video_content",
      endpoint: "/api/v1/videos/{id}/content",
      status: "success",
      response_bytes: bytes.length,
      prompt_hash: null,
      response_hash: digestOf(bytes),
    });
    expect(journalTextIn(directory)).not.toContain("CANARY");
  });

  test("that fails is an error of the poll that says so", async () => {
    const { sdk, entries } = await open("Content policy violation");
    const { id: jobId } = await sdk.videoGeneration.generate({ videoGenerationRequest: film });
    for (let poll = 0; poll < 3; poll++) await sdk.videoGeneration.getGeneration({ jobId });
    expect(entries().map(({ status }) => status)).toEqual(["success", "success", "success", "error"]);
    expect(entries().at(-1)).toMatchObject({
      http_status: 200,
      response_complete: true,
      finish_reason: "failed",
      error_code: null,
      error_type: "unmapped",
      error_message: "Content policy violation",
    });
  });

  test("that is not ready keeps the reason", async () => {
    const { sdk, send, entries } = await open();
    const { id } = await sdk.videoGeneration.generate({ videoGenerationRequest: film });
    await send("GET", `/api/v1/videos/${id}/content`);
    expect(entries()[1]).toMatchObject({
      event_type: "video_content",
      status: "error",
      error_code: 409,
      error_message: "The video is not completed: pending",
      response_hash: null,
    });
  });
});

describe("a batch", () => {
  test("is digested when it is submitted, and its results one by one", async () => {
    const { send, entries, directory } = await open();
    const { id } = (await send("POST", path, batch)).json();
    const polls = [];
    for (let poll = 0; poll < 3; poll++) polls.push((await send("GET", `${path}/${id}`)).json());
    await send("DELETE", `${path}/${id}`);
    const [submitted, first, , completed, deleted] = entries();
    const over = polls[2];
    expect(submitted).toMatchObject({
      event_type: "batch",
      endpoint: "/api/beta/batches",
      status: "success",
      model: batch.model,
      parameters: { endpoint: batch.endpoint },
      generation_id: id,
      finish_reason: "validating",
      cost_usd: null,
      prompt_hash: digestOf(batch.requests),
    });
    expect(first).toMatchObject({ status: "success", finish_reason: "in_progress", total_tokens: null });
    expect(completed).toMatchObject({
      event_type: "batch_status",
      endpoint: "/api/beta/batches/{id}",
      status: "success",
      finish_reason: "completed",
      generation_id: id,
      prompt_tokens: over.usage.prompt_tokens,
      cost_usd: over.usage.cost,
      response_hash: digestOf(over.results.map(h)),
    });
    expect(over.results).toHaveLength(2);
    expect(completed.cost_usd).toBeGreaterThan(0);
    expect(deleted).toMatchObject({ event_type: "batch_status", method: "DELETE", status: "success" });
    expect(digestPrompt(batch, { eventType: "batch", ...plain })).toBe(submitted.prompt_hash);
    expect(digestResponse(over, { eventType: "batch_status", ...plain })).toBe(completed.response_hash);
    expect(journalTextIn(directory)).not.toContain("CANARY");
    expect(journalTextIn(directory)).not.toContain("Grüße");
  });

  test("that fails is an error of the poll that says so", async () => {
    const { send, lastEntry } = await open("The batch went wrong");
    const { id } = (await send("POST", path, batch)).json();
    for (let poll = 0; poll < 3; poll++) await send("GET", `${path}/${id}`);
    expect(lastEntry()).toMatchObject({
      status: "error",
      finish_reason: "failed",
      error_type: "unmapped",
      error_message: "The batch went wrong",
    });
  });

  test("may be refused by a policy, as it costs money; asking how far it is may not", async () => {
    const world = await openWorld({ audit: { withoutUser: "refuse" } });
    const { send } = apiClients(world);
    await expect(send("POST", path, batch)).rejects.toMatchObject({ code: "CALL_REFUSED" });
    expect((await send("GET", `${path}/batch_1`)).status).toBe(404);
    expect(world.entries().map(({ event_type }) => event_type)).toEqual(["call_refused", "batch_status"]);
  });
});
