import { Readable } from "node:stream";
import type { Fetch } from "@openrouter-audit/core";
import { FormData as UndiciFormData, fetch as undiciFetch } from "undici";
import { openWorld } from "../support/audited-world.ts";
import { answer, asking } from "../support/same-with-audit.ts";

const stream = 'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

async function through(fetch: Fetch, ...urls: string[]) {
  const world = await openWorld({ audit: { fetch } });
  const responses: Response[] = [];
  for (const url of urls.length ? urls : ["/chat/completions"])
    responses.push(await world.audit.fetch(`${world.fake.url}${url}`, asking()));
  return { ...world, responses };
}

test("the buffers of a stream that is no byte stream stay whose they are", async () => {
  const shared = new TextEncoder().encode(stream);
  const headers = { "content-type": "text/event-stream" };
  const fetch: Fetch = async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(shared);
          controller.close();
        },
      }),
      { headers },
    );
  const { responses, entries } = await through(fetch, "/chat/completions", "/chat/completions");
  for (const response of responses) expect(await response.text()).toBe(stream);
  expect(shared.length).toBe(stream.length);
  expect(entries().map(({ status }) => status)).toEqual(["success", "success"]);
});

test("empty chunks and chunks from Node's pool of buffers pass", async () => {
  const fetch: Fetch = async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(0));
          for (const part of answer.match(/.{1,7}/gsu)!) controller.enqueue(Buffer.from(part));
          controller.close();
        },
      }),
    );
  const { responses, entries } = await through(fetch);
  const neighbour = Buffer.from("neighbour");
  expect(await responses[0]!.text()).toBe(answer);
  expect(neighbour.toString()).toBe("neighbour");
  expect(entries()).toEqual([expect.objectContaining({ status: "success" })]);
});

test("what is no bytes passes to fail where it would have failed", async () => {
  const body = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
  const plain = await new Response(body()).text().catch(({ name, message }) => ({ name, message }));
  const { responses } = await through(async () => new Response(body()));
  expect(await responses[0]!.text().catch(({ name, message }) => ({ name, message }))).toEqual(plain);
});

test("a fetch that throws instead of rejecting rejects", async () => {
  const fetch = () => {
    throw new RangeError("at once");
  };
  const { audit, fake, entries } = await openWorld({ audit: { fetch } });
  await expect(audit.fetch(`${fake.url}/chat/completions`, asking())).rejects.toThrow("at once");
  expect(entries()).toEqual([expect.objectContaining({ status: "error", error_type: "RangeError" })]);
});

test("the global fetch is looked up at each call", async () => {
  const { audit, fake } = await openWorld();
  const original = globalThis.fetch;
  globalThis.fetch = async () => new Response("patched");
  try {
    expect(await (await audit.fetch(`${fake.url}/models`)).text()).toBe("patched");
  } finally {
    globalThis.fetch = original;
  }
});

test("a large download from an unknown endpoint is counted, not kept", async () => {
  const size = 64 * 1024 * 1024;
  const piece = new Uint8Array(1024 * 1024);
  let sent = 0;
  const fetch: Fetch = async () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (sent === size) return controller.close();
          sent += piece.length;
          controller.enqueue(piece);
        },
      }),
      { headers: { "content-type": "video/mp4" } },
    );
  const { responses, entries } = await through(fetch, "/videos/1/content");
  const before = process.memoryUsage().arrayBuffers;
  let highest = 0;
  for await (const _bytes of responses[0]!.body as unknown as AsyncIterable<Uint8Array>)
    highest = Math.max(highest, process.memoryUsage().arrayBuffers);
  expect(highest - before).toBeLessThan(size / 2);
  expect(entries()).toEqual([
    expect.objectContaining({ event_type: "unknown_endpoint", status: "success", response_bytes: size }),
  ]);
});

test("a stream of an unknown endpoint is whole at [DONE], though the client cancels there", async () => {
  const headers = { "content-type": "text/event-stream" };
  const { responses, entries } = await through(
    async () => new Response(stream, { headers }),
    "/something-new",
  );
  const reader = responses[0]!.body!.getReader();
  await reader.read();
  await reader.cancel();
  expect(entries()).toEqual([
    expect.objectContaining({ event_type: "unknown_endpoint", status: "success", response_complete: true }),
  ]);
});

test("a body that cannot be watched leaves the outcome unknown, and is reported once", async () => {
  const answered = (status: number) => {
    const headers = { "content-type": "application/json", "x-generation-id": "gen-1" };
    const response = new Response(answer, { status, headers });
    // As node-fetch has it.
    return Object.defineProperty(response, "body", { value: Readable.from([answer]) });
  };
  const statuses = [200, 200, 402];
  const { responses, entries, problems } = await through(
    async () => answered(statuses.shift()!),
    ...Array(3).fill("/chat/completions"),
  );
  expect(await responses[0]!.text()).toBe(answer);
  const unseen = { response_complete: null, response_bytes: null, response_hash: null, cost_usd: null };
  const unknown = { ...unseen, status: "unknown", error_type: "unobservable_body", generation_id: "gen-1" };
  expect(entries()).toMatchObject([
    unknown,
    unknown,
    { ...unseen, status: "error", error_type: "payment_required" },
  ]);
  expect(problems.map(({ code }) => code)).toEqual(["BODY_UNOBSERVABLE"]);
});

test.each(["recorded", "write_ahead"] as const)(
  "a form of undici's, with its fetch, is recorded as one of the platform's is: %s",
  async (guarantee) => {
    const world = await openWorld({ audit: { fetch: undiciFetch as unknown as Fetch, guarantee } });
    const [theirs, ours] = [UndiciFormData, FormData].map((Form) => {
      const form = new Form();
      form.set("model", "openai/whisper-1");
      form.set("file", new File(["RIFF"], "a.wav", { type: "audio/wav" }) as never);
      return form as FormData;
    });
    for (const body of [theirs!, ours!]) {
      const asked = world.audit.fetch(`${world.fake.url}/audio/transcriptions`, { method: "POST", body });
      if (body === theirs) body.set("model", "changed/meanwhile");
      await (await asked).text();
    }
    const [one, other] = world.entries().filter(({ event_type }) => event_type === "transcription");
    expect(one).toMatchObject({
      model: "openai/whisper-1",
      prompt_hash: other!.prompt_hash,
      request_bytes: 20,
    });
    const sent = world.fake.requests.map(({ bodyText }) => bodyText);
    for (const text of sent) expect(text).toContain("openai/whisper-1");
  },
);
