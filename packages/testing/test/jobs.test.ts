import * as models from "@openrouter/sdk/models";
import { get, hello, openFake, post } from "./open-fake.ts";
import { send } from "./send.ts";

const film = { model: "google/veo-3.1", prompt: "a golden retriever", duration: 4 };
const batch = {
  endpoint: "/v1/chat/completions",
  model: hello.model,
  requests: [
    { custom_id: "one", body: { messages: hello.messages } },
    { custom_id: "two", body: { messages: [] } },
  ],
};
const beta = "/api/beta/batches";

describe("a video", () => {
  test("is accepted, polled until it is completed, and fetched", async () => {
    const fake = await openFake({ generationDelayMs: 0 });
    const accepted = await post(fake, "/videos", film);
    expect(accepted.status).toBe(202);
    const job = await accepted.json();
    expect(models.VideoGenerationResponse$inboundSchema.parse(job).status).toBe("pending");
    expect(job.id).toMatch(/^gen-vid-\d{10}-\w{20}$/);
    expect(job).not.toHaveProperty("usage");
    expect(accepted.headers.get("x-generation-id")).toBe(job.id);
    expect(fake.generations).toEqual([]);

    const early = await send(fake, "GET", `/videos/${job.id}/content`);
    expect(early.status).toBe(409);
    const polls = [];
    for (let count = 0; count < 4; count++)
      polls.push(await (await send(fake, "GET", job.polling_url)).json());
    expect(polls.map(({ status }) => status)).toEqual(["pending", "in_progress", "completed", "completed"]);
    const done = models.VideoGenerationResponse$inboundSchema.parse(polls.at(-1));
    expect(done).toMatchObject({ generationId: job.id, usage: { cost: 2, isByok: false } });
    expect(fake.generations).toMatchObject([{ id: job.id, api_type: "video", total_cost: 2 }]);
    expect((await get(fake, `/generation?id=${job.id}`)).status).toBe(200);

    const video = await fetch(done.unsignedUrls![0]!, { headers: { authorization: "Bearer sk-or-v1-x" } });
    expect(video.headers.get("content-type")).toBe("video/mp4");
    expect(Buffer.from(await video.arrayBuffer()).toString("latin1", 4, 8)).toBe("ftyp");
    expect((await send(fake, "GET", `/videos/${job.id}/content?index=1`)).status).toBe(404);
  });

  test("can fail after it was accepted, and costs nothing then", async () => {
    const fake = await openFake({ script: [{ jobFailure: "Content policy violation" }] });
    const { id } = await (await post(fake, "/videos", film)).json();
    for (let count = 0; count < 2; count++) await get(fake, `/videos/${id}`);
    const failed = models.VideoGenerationResponse$inboundSchema.parse(
      await (await get(fake, `/videos/${id}`)).json(),
    );
    expect(failed).toMatchObject({ status: "failed", error: "Content policy violation" });
    expect(failed.usage).toBeUndefined();
    expect(fake.generations).toEqual([]);
  });

  test("that nobody asked for is not found, and one without a prompt refused", async () => {
    const fake = await openFake();
    expect((await get(fake, "/videos/gen-vid-none")).status).toBe(404);
    expect((await post(fake, "/videos", { model: film.model })).status).toBe(400);
    expect((await post(fake, "/videos", { ...film, model: hello.model })).status).toBe(404);
  });
});

describe("a batch", () => {
  const finish = async (fake: Awaited<ReturnType<typeof openFake>>, id: string) => {
    for (let count = 0; count < 2; count++) await send(fake, "GET", `${beta}/${id}`);
    return (await send(fake, "GET", `${beta}/${id}`)).json();
  };

  test("is accepted, and answers each of its requests at half the price when it is completed", async () => {
    const fake = await openFake({ generationDelayMs: 0 });
    const accepted = await send(fake, "POST", beta, batch);
    expect(accepted.status).toBe(202);
    const submitted = await accepted.json();
    expect(submitted).toMatchObject({
      object: "batch",
      endpoint: batch.endpoint,
      model: hello.model,
      completion_window: "24h",
      status: "validating",
      finalized_at: null,
      request_counts: { total: 2, completed: 0, failed: 0 },
      usage: null,
      results: null,
      error: null,
    });
    const { id } = submitted;
    expect(await (await send(fake, "GET", `${beta}/${id}`)).json()).toMatchObject({ status: "in_progress" });
    expect(await (await send(fake, "GET", `${beta}/${id}`)).json()).toMatchObject({ status: "finalizing" });
    const done = await (await send(fake, "GET", `${beta}/${id}`)).json();
    expect(done).toMatchObject({
      status: "completed",
      request_counts: { total: 2, completed: 1, failed: 1 },
    });

    const [one, two] = done.results;
    expect(one).toMatchObject({ custom_id: "one", error: null, response: { status_code: 200 } });
    models.ChatResult$inboundSchema.parse(one.response.body);
    expect(one.response.body.id).toMatch(/^gen-batch-\d{10}-\w{20}$/);
    expect(two).toMatchObject({ custom_id: "two", response: null, error: { code: "400" } });

    const { usage } = await (await post(fake, "/chat/completions", hello)).json();
    expect(done.usage).toMatchObject({
      prompt_tokens: usage.prompt_tokens,
      completion_tokens: usage.completion_tokens,
    });
    expect(done.usage.cost).toBeCloseTo(usage.cost / 2, 10);
    const record = await (await get(fake, `/generation?id=${one.response.body.id}`)).json();
    expect(record.data.total_cost).toBe(done.usage.cost);
    expect((await (await send(fake, "GET", `${beta}/${id}`)).json()).results).toEqual(done.results);
    expect(fake.generations).toHaveLength(2);
  });

  test("can be one of embeddings", async () => {
    const fake = await openFake();
    const body = {
      endpoint: "/v1/embeddings",
      model: "openai/text-embedding-3-small",
      requests: [{ custom_id: "e", body: { input: ["a", "b"], dimensions: 4 } }],
    };
    const { id } = await (await send(fake, "POST", beta, body)).json();
    const { results, usage } = await finish(fake, id);
    expect(results[0].response.body.data).toHaveLength(2);
    expect(usage.cost).toBeCloseTo(2 * 0.000_000_01, 12);
  });

  test.each([
    ["/v1/responses", { input: "hello" }, { object: "response", status: "completed" }],
    ["/v1/messages", { messages: hello.messages, max_tokens: 32 }, { type: "message", role: "assistant" }],
  ])("can be one of %s", async (endpoint, body, told) => {
    const fake = await openFake();
    const requests = [{ custom_id: "one", body }];
    const submitted = await send(fake, "POST", beta, { endpoint, model: hello.model, requests });
    const { results, usage } = await finish(fake, (await submitted.json()).id);
    expect(results).toMatchObject([{ error: null, response: { body: told } }]);
    expect(usage.cost).toBe(fake.generations[0]!.total_cost);
  });

  test("can fail as a whole after it was accepted", async () => {
    const fake = await openFake({ script: [{ jobFailure: "validation failed" }] });
    const { id } = await (await send(fake, "POST", beta, batch)).json();
    expect(await finish(fake, id)).toMatchObject({
      status: "failed",
      results: null,
      error: { message: "validation failed" },
    });
  });

  test.each([
    [
      "requests before what they depend on",
      { requests: batch.requests, endpoint: batch.endpoint, model: "m" },
    ],
    ["a shape that there is not", { ...batch, endpoint: "/v1/rerank" }],
    ["no requests", { ...batch, requests: [] }],
    ["the same id twice", { ...batch, requests: [batch.requests[0], batch.requests[0]] }],
    [
      "a body with another model",
      { ...batch, requests: [{ custom_id: "one", body: { model: "openai/gpt-4o-mini" } }] },
    ],
  ])("with %s is refused", async (_title, body) => {
    const fake = await openFake();
    expect((await send(fake, "POST", beta, body)).status).toBe(400);
  });

  test("can be deleted once it is over", async () => {
    const fake = await openFake();
    const { id } = await (await send(fake, "POST", beta, batch)).json();
    expect((await send(fake, "DELETE", `${beta}/${id}`)).status).toBe(409);
    await finish(fake, id);
    expect((await send(fake, "DELETE", `${beta}/${id}`)).status).toBe(200);
    expect((await send(fake, "GET", `${beta}/${id}`)).status).toBe(404);
  });
});
