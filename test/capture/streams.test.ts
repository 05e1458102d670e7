import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { entriesIn, openWorld, until } from "../support/audited-world.ts";
import { chatClients } from "../support/chat-clients.ts";
import { hello } from "../support/hello.ts";
import { answer, asking } from "../support/same-with-audit.ts";

const text = "one two three four five six seven eight nine ten";
const unbounded = new AbortController().signal;
const sse = { "content-type": "text/event-stream" };

// The AI SDK holds on to a stream that the application leaves.
const obedient = chatClients.filter(({ holdsOn }) => !holdsOn?.includes("chat"));

describe.each(obedient)("$name", (client) => {
  test("a break reaches the sender at once, long before it would have finished", async () => {
    const { fake, audit, entries } = await openWorld();
    fake.next({ text, stall: { afterChunks: 6 } });
    const call = { fetch: audit.fetch, origin: fake.origin, body: hello, signal: unbounded };
    const begun = performance.now();
    for await (const _piece of await client.stream(call)) break;
    expect(performance.now() - begun).toBeLessThan(2_000);
    await until(() => fake.requests[0]!.clientClosed);
    // openai 7 does not wait until the stream is cancelled.
    await until(() => entries().length > 0);
    expect(entries()).toEqual([expect.objectContaining({ status: "aborted", response_complete: false })]);
  });

  test("the first piece arrives before the last one is sent", async () => {
    const { fake, audit } = await openWorld();
    fake.next({ text, chunkDelayMs: 40 });
    const call = { fetch: audit.fetch, origin: fake.origin, body: hello, signal: unbounded };
    const endings: unknown[] = [];
    for await (const _piece of await client.stream(call)) endings.push(fake.requests[0]!.ended);
    expect(endings[0]).toBeNull();
    expect(endings.length).toBeGreaterThan(5);
  });

  test("a stream that nobody reads is recorded when the log is closed", async () => {
    const { fake, audit, directory } = await openWorld();
    fake.next({ text, stall: { afterChunks: 3 } });
    const stream = await client.stream({
      fetch: audit.fetch,
      origin: fake.origin,
      body: hello,
      signal: unbounded,
    });
    await audit.close();
    // Held until here: what is dropped may be collected, and is then recorded as aborted.
    expect(stream).toBeDefined();
    expect(entriesIn(directory)).toEqual([
      expect.objectContaining({
        status: "unknown",
        response_complete: false,
        error_type: "unfinished_at_close",
        http_status: 200,
        generation_id: fake.requests[0]!.generationId,
      }),
    ]);
  });
});

test("the last event is not delivered before the entry is on the disk", async () => {
  const { fake, audit, entries } = await openWorld();
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, stream: true }));
  const seen: { readonly done: boolean; readonly recorded: number }[] = [];
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const done = Buffer.from(bytes).includes("data: [DONE]");
    seen.push({ done, recorded: entries().length });
  }
  expect(seen.at(-1)).toEqual({ done: true, recorded: 1 });
  expect(seen.filter(({ recorded }) => recorded > 0)).toHaveLength(1);
});

test("the end of an answer that is no stream comes after the entry is on the disk", async () => {
  const { fake, audit, entries } = await openWorld();
  await (await audit.fetch(`${fake.url}/chat/completions`, asking())).json();
  expect(entries()).toHaveLength(1);
});

test("cancelling after [DONE] is no abort", async () => {
  const { fake, audit, entries } = await openWorld();
  fake.next({ raw: { headers: sse, body: ["data: [DONE]\n\n", ": more"] }, stall: { afterChunks: 1 } });
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, stream: true }));
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  expect(entries()).toEqual([expect.objectContaining({ status: "success", response_complete: true })]);
});

test("an abort is recorded also when nobody reads on", async () => {
  const { fake, audit, entries } = await openWorld();
  const controller = new AbortController();
  fake.next({ text, stall: { afterChunks: 4 } });
  const init = asking({ signal: controller.signal }, { ...hello, stream: true });
  const response = await audit.fetch(`${fake.url}/chat/completions`, init);
  await response.body!.getReader().read();
  controller.abort();
  await until(() => entries().length === 1);
  expect(entries()[0]).toMatchObject({ status: "aborted", error_type: "AbortError", http_status: 200 });
});

test("a stream that is dropped unread is recorded, and its connection closed", async () => {
  const { fake, audit, entries } = await openWorld();
  fake.next({ text, stall: { afterChunks: 4 } });
  const drop = async () => {
    await audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, stream: true }));
  };
  await drop();
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  await until(() => {
    collectGarbage();
    return fake.requests[0]!.clientClosed;
  }, 30_000);
  await until(() => entries().length === 1);
  expect(entries()[0]).toMatchObject({ status: "aborted", response_complete: false, http_status: 200 });
});

test.each([
  ["an answer", { "content-type": "application/json" }, answer],
  [
    "a stream",
    sse,
    'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  ],
])("what %s took is free at the first collection after it", async (_, headers, body) => {
  const { fake, audit, entries } = await openWorld({
    audit: { fetch: async () => new Response(body, { headers }) },
  });
  const asked: WeakRef<object>[] = [];
  for (let call = 0; call < 5; call += 1) {
    const init = asking();
    asked.push(new WeakRef(init));
    await audit.fetch(`${fake.url}/chat/completions`, init).then((response) => response.text());
  }
  // A reference is held on to until the turn in which it was made is over.
  await sleep(10);
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  collectGarbage();
  // What was asked last may stand in a register still.
  expect(asked.slice(0, 4).map((init) => init.deref())).toEqual([undefined, undefined, undefined, undefined]);
  expect(entries()).toHaveLength(5);
});

test("a slow reader holds the sender back", async () => {
  const { fake, audit } = await openWorld();
  const piece = `: ${"x".repeat(64 * 1024)}\n\n`;
  const pieces = 2_000;
  fake.next({ raw: { headers: sse, body: Array.from({ length: pieces }, () => piece) } });
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking({}, { ...hello, stream: true }));
  const reader = response.body!.getReader();
  await reader.read();
  let sent = -1;
  // Until the sender stands still.
  while (sent !== fake.requests[0]!.bytesSent) {
    sent = fake.requests[0]!.bytesSent;
    await sleep(200);
  }
  expect(sent).toBeLessThan((pieces * piece.length) / 4);
  await reader.cancel();
});
