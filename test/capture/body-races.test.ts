import { Readable } from "node:stream";
import { type Fetch, required } from "@openrouter-audit/core";
import { memorySink } from "@openrouter-audit/testing/sink";
import { arrival, openWorld } from "../support/audited-world.ts";
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

test("no step is taken once a loop was left", async () => {
  const three = () =>
    new ReadableStream({
      start(controller) {
        for (const piece of ["one", "two", "three"]) controller.enqueue(Buffer.from(piece));
      },
    });
  const { send, entries } = await answering(three, "text/event-stream");
  for (const body of [three(), (await send()).body!]) {
    const steps = body.values();
    await steps.next();
    const asked = [
      steps.next(),
      steps.return!("left" as never),
      steps.next(),
      steps.return!("again" as never),
    ];
    const taken = (await Promise.all(asked)).map(({ done, value }) => [done, value?.toString()]);
    expect(taken).toEqual([
      [false, "two"],
      [true, "left"],
      [true, undefined],
      [true, "again"],
    ]);
  }
  expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_bytes: 6 })]);
});

test("what follows the last event comes after it", async () => {
  const { send } = await answering(
    () =>
      new ReadableStream({
        start(controller) {
          for (const piece of ["data: {}", "data: [DONE]", ": more"])
            controller.enqueue(Buffer.from(`${piece}\n\n`));
        },
      }),
    "text/event-stream",
  );
  const reader = (await send()).body!.getReader();
  const order: string[] = [];
  const reads = [1, 2, 3].map(async () => order.push(Buffer.from((await reader.read()).value!).toString()));
  await Promise.all(reads);
  expect(order).toEqual(["data: {}\n\n", "data: [DONE]\n\n", ": more\n\n"]);
});

test("an abort while the end of a stream is recorded reaches whoever reads on, though all its bytes had come", async () => {
  const caller = new AbortController();
  const sink = memorySink();
  const slow = required({
    ...sink,
    async write(...[batch, context]: Parameters<typeof sink.write>) {
      if (batch.some(({ event_type }) => event_type === "chat_completion")) {
        await arrival();
        caller.abort();
      }
      await sink.write(batch, context);
    },
  });
  const { audit, fake, entries } = await openWorld({ audit: { sinks: [slow] } });
  const body = ['data: {"choices":[{"delta":{"content":"a"}}]}\n\n', "data: [DONE]\n\n"];
  fake.script([{ raw: { headers: { "content-type": "text/event-stream" }, body }, chunkDelayMs: 5 }]);
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking({ signal: caller.signal }));
  const reader = response.body!.getReader();
  const readOn = async () => {
    while (!(await reader.read()).done);
  };
  await expect(readOn()).rejects.toMatchObject({ name: "AbortError" });
  await expect(reader.closed).rejects.toMatchObject({ name: "AbortError" });
  expect(entries()).toEqual([expect.objectContaining({ status: "success", response_complete: true })]);
});

test.each<[string, (controller: ReadableStreamDefaultController) => void]>([
  ["ends", (controller) => controller.close()],
  ["fails", (controller) => controller.error(new Error("gone"))],
])("a pipe that is held up is over when the body %s", async (_how, end) => {
  let controller!: ReadableStreamDefaultController;
  const body = () =>
    new ReadableStream({
      start(given) {
        controller = given;
      },
    });
  const { send, entries } = await answering(body);
  const outcomes: unknown[] = [];
  for (const piped of [async () => body(), async () => (await send()).body!]) {
    const full = new WritableStream({}, { highWaterMark: 0 });
    const over = (await piped()).pipeTo(full).catch((error: Error) => error.message);
    end(controller);
    outcomes.push(await over);
  }
  expect(outcomes[1]).toBe(outcomes[0]);
  expect(entries()).toHaveLength(1);
});

test("what was read of a body goes before its end, however it is passed on", async () => {
  const { send } = await answering(
    () =>
      new ReadableStream({
        pull(controller) {
          controller.enqueue(Buffer.from(answer));
          controller.close();
        },
      }),
  );
  for (const text of [
    async (response: Response) => new Response(response.body!.pipeThrough(new TransformStream())).text(),
    async (response: Response) => response.clone().text(),
    async ({ body }: Response) => new Response(body!.tee()[1]).text(),
  ])
    expect(await text(await send())).toBe(answer);
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
