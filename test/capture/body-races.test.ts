import { Readable } from "node:stream";
import type { Fetch } from "@openrouter-audit/core";
import { openWorld } from "../support/audited-world.ts";
import { answer, asking } from "../support/same-with-audit.ts";

async function answering(body: () => ReadableStream, contentType = "application/json") {
  const fetch: Fetch = async () => new Response(body(), { headers: { "content-type": contentType } });
  const world = await openWorld({ audit: { fetch } });
  return { ...world, send: () => world.audit.fetch(`${world.fake.url}/chat/completions`, asking()) };
}

test("a stream that says it is closed before its last chunk was read is recorded whole", async () => {
  const { send, entries } = await answering(
    () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from(answer));
          controller.close();
        },
      }),
  );
  // It asks for `closed` before it reads.
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.fromWeb((await send()).body as never)) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe(answer);
  expect(entries()).toEqual([
    expect.objectContaining({ status: "success", response_bytes: Buffer.byteLength(answer) }),
  ]);
});

test.each([
  ["a body", (response: Response) => response.body!.cancel()],
  ["a reader", (response: Response) => response.body!.getReader().cancel()],
])("%s that is cancelled after it had failed is recorded as failed", async (_name, cancel) => {
  const lost = Object.assign(new Error("The connection is gone."), { code: "ECONNRESET" });
  const { send, entries } = await answering(
    () => new ReadableStream({ start: (controller) => controller.error(lost) }),
  );
  await expect(cancel(await send())).rejects.toBe(lost);
  expect(entries()).toEqual([expect.objectContaining({ status: "error", error_type: "ECONNRESET" })]);
});

test("a stream of events that are no bytes passes, and is recorded", async () => {
  const body = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("data: text\n\n");
        controller.close();
      },
    });
  const { send, entries } = await answering(body, "text/event-stream");
  const pieces: unknown[] = [];
  for await (const piece of (await send()).body as unknown as AsyncIterable<unknown>) pieces.push(piece);
  expect(pieces).toEqual(["data: text\n\n"]);
  expect(entries()).toHaveLength(1);
});

test("a policy does not wait for a body that does not come", async () => {
  const models: (string | null)[] = [];
  const { audit, fake } = await openWorld({
    audit: {
      policy({ model }) {
        models.push(model);
        return "No.";
      },
    },
  });
  const endless = new ReadableStream({ pull: () => new Promise(() => undefined) });
  const request = new Request(`${fake.url}/chat/completions`, {
    method: "POST",
    body: endless,
    duplex: "half",
  } as RequestInit);
  await expect(audit.fetch(request)).rejects.toMatchObject({ code: "CALL_REFUSED" });
  expect(models).toEqual([null]);
});
