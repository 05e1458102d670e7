import { freePort } from "../../../test/support/free-port.ts";
import { chat, get, hello, openFake } from "./open-fake.ts";

const stream = { ...hello, stream: true };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the ledger has every request with what was asked, answered and sent", async () => {
  const fake = await openFake();
  const response = await chat(fake, hello, { "x-title": "tests" });
  const body = await response.text();
  await get(fake, "/generation?id=gen-none");
  expect(fake.requests).toMatchObject([
    {
      index: 0,
      method: "POST",
      path: "/api/v1/chat/completions",
      headers: { "x-title": "tests" },
      body: hello,
      bodyText: JSON.stringify(hello),
      status: 200,
      generationId: JSON.parse(body).id,
      ended: "finished",
      clientClosed: false,
      bytesSent: Buffer.byteLength(body),
    },
    {
      index: 1,
      method: "GET",
      path: "/api/v1/generation",
      url: "/api/v1/generation?id=gen-none",
      status: 404,
      body: undefined,
    },
  ]);
});

test("a client that leaves a stream is noticed at once", async () => {
  const fake = await openFake({ script: [{ chunkDelayMs: 10_000 }] });
  const leave = new AbortController();
  const response = await chat(fake, stream, {}, leave.signal);
  await response.body!.getReader().read();
  const start = performance.now();
  leave.abort();
  await fake.settled();
  expect(performance.now() - start).toBeLessThan(1000);
  expect(fake.requests[0]).toMatchObject({ ended: "client_closed", clientClosed: true, status: 200 });
});

test("a client that leaves before the headers is noticed at once", async () => {
  const fake = await openFake({ script: [{ latencyMs: 10_000 }] });
  const leave = new AbortController();
  const response = chat(fake, hello, {}, leave.signal);
  await fake.received(1);
  leave.abort();
  await expect(response).rejects.toThrow("aborted");
  await fake.settled();
  expect(fake.requests[0]).toMatchObject({
    ended: "client_closed",
    status: null,
    generationId: null,
    bytesSent: 0,
  });
});

test("a client that leaves a stalled answer leaves it stalled, and is noticed", async () => {
  const fake = await openFake({ script: [{ stall: { afterChunks: 2 } }] });
  const leave = new AbortController();
  const response = await chat(fake, stream, {}, leave.signal);
  await response.body!.getReader().read();
  await fake.settled();
  expect(fake.requests[0]).toMatchObject({ ended: "stalled", clientClosed: false });
  leave.abort();
  while (!fake.requests[0]!.clientClosed) await pause(5);
  expect(fake.requests[0]!.ended).toBe("stalled");
});

test("a closed server is gone, and closing it again is harmless", async () => {
  const port = await freePort();
  const fake = await openFake({ port });
  await fake.close();
  await fake[Symbol.asyncDispose]();
  await expect(chat(fake)).rejects.toThrow("fetch failed");
  const again = await openFake({ port });
  expect(again.origin).toBe(fake.origin);
});
