import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fetch } from "@openrouter-audit/core";
import OpenAI from "openai";
import { Response as UndiciResponse, fetch as undiciFetch } from "undici";
import { arrival, key, openWorld, until } from "../support/audited-world.ts";
import { asking, raw, sameWithAudit } from "../support/same-with-audit.ts";

const json = { "content-type": "application/json" };
const error = JSON.stringify({
  error: { code: 400, message: "No such luck", metadata: { flagged_input: "CANARY" } },
});
const refused = { status: "error", http_status: 400, error_code: 400, error_message: "No such luck" };

test("an error whose body the caller never reads is recorded with its reason", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      return [response.ok, response.bodyUsed];
    },
    raw({ status: 400, body: error }),
  );
  expect(entries).toEqual([expect.objectContaining({ ...refused, response_complete: true })]);
});

test.each(["constructor", "__proto__", "toString"])(
  "an error code that names a member of every object is a word like any other: %s",
  async (code) => {
    const entries = await sameWithAudit(
      async ({ fetch, url }) => (await fetch(url, asking())).text(),
      raw({ status: 400, body: `{"error": {"code": "${code}", "message": "x"}}` }),
    );
    expect(entries).toEqual([expect.objectContaining({ error_code: code, error_type: code })]);
  },
);

test("an error whose body the caller cancels is recorded with its reason", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      return response.body?.cancel();
    },
    raw({ status: 400, body: error }),
  );
  expect(entries).toEqual([expect.objectContaining({ ...refused, response_complete: true })]);
});

test("the headers of an error cannot be changed, as those of no answer can", async () => {
  await sameWithAudit(
    async ({ fetch, url }) => {
      const { headers } = await fetch(url, asking());
      return [headers.get("content-type"), attempt(() => headers.set("x-mine", "1"))];
    },
    raw({ status: 400, body: error }),
  );
});

test("an error of undici's own fetch is a response of undici's", async () => {
  const { audit, fake, entries } = await openWorld({
    audit: { fetch: undiciFetch as unknown as Fetch },
    fake: { script: [raw({ status: 400, body: error })] },
  });
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking());
  const clone = response.clone();
  for (const each of [response, clone]) {
    expect(each).toBeInstanceOf(UndiciResponse);
    expect([each.status, each.url, await each.text()]).toEqual([400, `${fake.url}/chat/completions`, error]);
  }
  expect(entries()).toEqual([expect.objectContaining(refused)]);
});

test("an error of a class that is made in another way is given all the same", async () => {
  const original = new Response(error, { status: 400, headers: json });
  class Mocked {
    readonly status = 400;
    readonly headers = original.headers;
    readonly body = original.body;
    readonly bodyUsed = false;
    constructor(made?: unknown) {
      if (made) throw new Error("not made so");
    }
  }
  const { audit, fake } = await openWorld({ audit: { fetch: async () => new Mocked() as never } });
  const response = await audit.fetch(`${fake.url}/chat/completions`, asking());
  expect([response.status, await response.text()]).toEqual([400, error]);
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return (thrown as Error).message;
  }
}

const brokenOff = {
  ...raw({ status: 500, body: [error.slice(0, 20), error.slice(20)] }),
  chunkDelayMs: 30,
  reset: { afterChunks: 1 },
};

test("an error whose body breaks off can be cancelled by whoever has not read so far", async () => {
  const entries = await sameWithAudit(async ({ fetch, url }) => {
    const { body } = await fetch(url, asking());
    return [await body!.cancel(), (await body!.getReader().read()).done];
  }, brokenOff);
  expect(entries).toEqual([expect.objectContaining({ http_status: 500, response_complete: false })]);
});

test("a client that repeats a failed call does so also when the body of the failure breaks off", async () => {
  const { audit, fake, entries } = await openWorld({ fake: { script: [brokenOff, { text: "Hello" }] } });
  const client = new OpenAI({ baseURL: fake.url, apiKey: key, fetch: audit.fetch, maxRetries: 1 });
  const { choices } = await client.chat.completions.create({
    model: "openai/gpt-5-mini",
    messages: [{ role: "user", content: "Hi" }],
  });
  expect(choices[0]!.message.content).toBe("Hello");
  expect(entries().map(({ status, attempt }) => [status, attempt])).toEqual([
    ["error", 1],
    ["success", 2],
  ]);
});

test("a huge error body passes whole, and only its beginning is read", async () => {
  const huge = `{"error": {"code": 400, "message": "${"x".repeat(500_000)}"}}`;
  const entries = await sameWithAudit(async ({ fetch, url }) => (await fetch(url, asking())).text(), {
    ...raw({ status: 400, body: huge }),
    chunkBytes: 30_000,
  });
  expect(entries).toEqual([expect.objectContaining({ http_status: 400, response_complete: false })]);
  expect(entries[0].response_bytes).toBeLessThan(200_000);
});

test("an error body that stalls is given to the caller after a second, and to the end when it comes", async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((_incoming, response) => {
    response.writeHead(400, json);
    response.write(error.slice(0, 20));
    waiting.push(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const { audit, entries } = await openWorld({ audit: { baseURL: `http://127.0.0.1:${port}/api/v1` } });
  const response = await audit.fetch(`http://127.0.0.1:${port}/api/v1/chat/completions`, asking());
  expect(entries()).toEqual([
    expect.objectContaining({ http_status: 400, response_complete: false, response_bytes: 20 }),
  ]);
  waiting[0]!.end(error.slice(20));
  expect(await response.text()).toBe(error);
  server.close();
});

test.each([
  ["read", true],
  ["left alone", false],
])("an error body that breaks off harms nobody when it is %s", async (_name, reads) => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const response = await fetch(url, asking());
      const text = reads && (await response.text().catch(({ name, message }) => ({ name, message })));
      // An unhandled rejection would fail the test by now.
      await sleep(20);
      return [response.status, text];
    },
    { ...raw({ status: 400, body: error }), chunkDelayMs: 20, chunkBytes: 10, reset: { afterChunks: 3 } },
  );
  expect(entries).toEqual([expect.objectContaining({ http_status: 400, response_complete: false })]);
});

test("an abort inside an error body is felt at once", async () => {
  const world = await openWorld();
  const controller = new AbortController();
  world.fake.next({ ...raw({ status: 400, body: error }), chunkBytes: 10, stall: { afterChunks: 3 } });
  const sent = world.audit.fetch(`${world.fake.url}/chat/completions`, asking({ signal: controller.signal }));
  await until(() => world.fake.requests[0]?.ended === "stalled");
  await arrival();
  controller.abort();
  const response = await sent;
  await expect(response.text()).rejects.toMatchObject({ name: "AbortError" });
  await until(() => world.fake.requests[0]!.clientClosed);
  expect(world.entries()).toEqual([expect.objectContaining({ http_status: 400, response_complete: false })]);
});

test("a connection that is reset before the headers is an error of the call", async () => {
  const entries = await sameWithAudit(
    ({ fetch, url }) =>
      fetch(url, asking()).catch(({ name, message, cause }) => ({ name, message, code: cause.code })),
    { reset: "before_headers" },
  );
  expect(entries).toEqual([
    expect.objectContaining({
      status: "error",
      http_status: null,
      response_bytes: null,
      error_type: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
    }),
  ]);
});

test("a server that is not there is an error of the call", async () => {
  const { audit, entries } = await openWorld({ audit: { baseURL: "http://127.0.0.1:1/api/v1" } });
  await expect(audit.fetch("http://127.0.0.1:1/api/v1/chat/completions", asking())).rejects.toThrow(
    "fetch failed",
  );
  expect(entries()).toEqual([expect.objectContaining({ status: "error", http_status: null })]);
});

test("whatever a fetch throws is passed on, and recorded", async () => {
  for (const thrown of ["text", null, undefined, Object.create(null), Symbol("s"), { code: "EOWN" }]) {
    const fetch = () => Promise.reject(thrown);
    const { audit, fake, entries } = await openWorld({ audit: { fetch } });
    await expect(audit.fetch(`${fake.url}/chat/completions`, asking())).rejects.toBe(thrown);
    expect(entries()).toEqual([expect.objectContaining({ status: "error", http_status: null })]);
  }
});
