import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { digestPrompt } from "@openrouter-audit/core";
import { key, openWorld, secret } from "../support/audited-world.ts";
import { hello } from "../support/hello.ts";
import { asking, raw, sameWithAudit } from "../support/same-with-audit.ts";

const json = JSON.stringify(hello);
const hash = digestPrompt(hello.messages, { secret });
const read = async (response: Response) => [response.status, await response.text()];

test.each([
  ["text", () => json],
  ["bytes", () => new TextEncoder().encode(json)],
  ["a part of a buffer", () => Buffer.from(`___${json}___`).subarray(3, -3)],
  ["an ArrayBuffer", () => new TextEncoder().encode(json).buffer as ArrayBuffer],
  ["a blob", () => new Blob([json], { type: "application/json" })],
])("a body of %s is sent as it is, and digested", async (_name, body) => {
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) =>
      read(await fetch(url, asking({ body: body() as NonNullable<RequestInit["body"]> }))),
    raw(),
  );
  expect(entry).toMatchObject({
    model: hello.model,
    request_bytes: Buffer.byteLength(json),
    prompt_hash: hash,
  });
});

test("the caller's buffer may be used again before the answer has come", async () => {
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) => {
      const body = new TextEncoder().encode(json);
      const sent = fetch(url, asking({ body }));
      body.fill(0x20);
      return read(await sent);
    },
    { ...raw(), latencyMs: 20 },
  );
  expect(entry).toMatchObject({ prompt_hash: hash });
});

test("a form is sent as it is, and its parts are counted", async () => {
  const form = () => {
    const data = new FormData();
    data.set("file", new Blob(["hello"]), "hello.txt");
    return data;
  };
  const world = await openWorld({ fake: { script: () => raw() } });
  const response = await world.audit.fetch(`${world.fake.url}/files`, { method: "POST", body: form() });
  expect(response.status).toBe(200);
  await response.text();
  expect(world.fake.requests[0]?.bodyText).toContain('name="file"; filename="hello.txt"');
  expect(world.entries()).toEqual([expect.objectContaining({ request_bytes: "hello".length })]);
});

test("a form is recorded as it was sent, whatever is added to it before the answer has come", async () => {
  const world = await openWorld({ fake: { script: () => ({ ...raw(), latencyMs: 20 }) } });
  const data = new FormData();
  data.set("purpose", "hello");
  const sent = world.audit.fetch(`${world.fake.url}/files`, { method: "POST", body: data });
  data.set("note", "too late");
  await (await sent).text();
  expect(world.fake.requests[0]?.bodyText).not.toContain("too late");
  expect(world.entries()).toEqual([expect.objectContaining({ request_bytes: "hello".length })]);
});

const streamOf = (text: string) =>
  new ReadableStream({
    async start(controller) {
      const bytes = new TextEncoder().encode(text);
      for (let start = 0; start < bytes.length; start += 20) {
        await sleep(1);
        controller.enqueue(bytes.slice(start, start + 20));
      }
      controller.close();
    },
  });

test("a body that is a stream is sent as it is, and digested in passing", async () => {
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) =>
      read(await fetch(url, asking({ body: streamOf(json), duplex: "half" } as RequestInit))),
    raw(),
  );
  expect(entry).toMatchObject({
    status: "success",
    prompt_hash: hash,
    request_bytes: Buffer.byteLength(json),
  });
});

test("a stream in a Request is sent as it is, and digested", async () => {
  const [entry] = await sameWithAudit(
    async ({ fetch, url }) =>
      read(await fetch(new Request(url, asking({ body: streamOf(json), duplex: "half" } as RequestInit)))),
    raw(),
  );
  expect(entry).toMatchObject({ status: "success", prompt_hash: hash });
});

test("a Request can be sent twice in the same way: not at all, unless it was cloned", async () => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => {
      const request = new Request(url, asking());
      const spare = request.clone();
      const first = await read(await fetch(request));
      const again = await fetch(request).catch(({ name, message }) => ({ name, message }));
      return [first, again, request.bodyUsed, await read(await fetch(spare))];
    },
    raw(),
    raw(),
  );
  expect(entries.map(({ status }) => status)).toEqual(["success", "error", "success"]);
});

test("init wins over the Request it comes with", async () => {
  const [entry] = await sameWithAudit(async ({ fetch, url }) => {
    const request = new Request(url, asking({ body: "{}" }));
    return read(
      await fetch(request, { body: json, headers: { "x-own": "1", authorization: `Bearer ${key}` } }),
    );
  }, raw());
  expect(entry).toMatchObject({ prompt_hash: hash });
});

test.each([
  ["Headers", () => new Headers({ "x-own": "1" })],
  ["pairs", () => [["x-own", "1"]]],
  ["a Map", () => new Map([["x-own", "1"]])],
  ["an iterator that can be used once", () => new Map([["x-own", "1"]]).entries()],
])("headers given as %s are sent", async (_name, headers) => {
  const entries = await sameWithAudit(async ({ fetch, url, world }) => {
    const given = asking({ headers: headers() as NonNullable<RequestInit["headers"]> });
    const answered = await read(await fetch(url, given));
    return [answered, world.fake.requests.at(-1)!.headers["x-own"]];
  }, raw());
  expect(entries).toHaveLength(1);
});

test.each([
  ["a URL object", (url: string) => [new URL(url), asking()]],
  [
    "a method that is no text",
    (url: string) => [url, asking({ method: { toString: () => "POST" } as never })],
  ],
  ["a method in small letters", (url: string) => [url, asking({ method: "post" })]],
])("%s is understood", async (_name, given) => {
  const entries = await sameWithAudit(
    async ({ fetch, url }) => read(await fetch(...(given(url) as Parameters<typeof fetch>))),
    raw(),
  );
  expect(entries).toEqual([expect.objectContaining({ event_type: "chat_completion", method: "POST" })]);
});

test.each([
  ["a relative URL", "/api/v1/chat/completions", {}],
  ["a URL that is none", "http://", {}],
  ["a header that is none", "http://127.0.0.1:9/api/v1/x", { headers: { "a b": "c" } }],
])("%s fails in the same way", async (_name, url, init) => {
  await sameWithAudit(({ fetch }) => fetch(url, init).catch(({ name, message }) => ({ name, message })));
});

test("what is not OpenRouter's passes untouched and unrecorded", async () => {
  const passed: unknown[][] = [];
  const fetch = ((...given: unknown[]) => {
    passed.push(given);
    return Promise.resolve(new Response("other"));
  }) as typeof globalThis.fetch;
  const world = await openWorld({ audit: { fetch } });
  const init = { headers: { a: "b" } };
  const other = new Request("https://example.com/api/v1/chat/completions", asking());
  for (const given of [["data:,"], [new URL("https://example.com/"), init], [other]] as Parameters<
    typeof fetch
  >[])
    await (await world.audit.fetch(...given)).text();
  await world.audit.fetch(`${world.fake.origin}/other/chat/completions`);
  expect(passed[0]![0]).toBe("data:,");
  expect(passed[1]![1]).toBe(init);
  expect(passed[2]![0]).toBe(other);
  expect(other.bodyUsed).toBe(false);
  expect(world.entries()).toEqual([]);
});

test("a connection is used again for the next call, also after an error", async () => {
  const ports: (number | undefined)[] = [];
  const server = createServer((incoming, response) => {
    ports.push(incoming.socket.remotePort);
    response.writeHead(ports.length === 2 ? 400 : 200, { "content-type": "application/json" });
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const baseURL = `http://127.0.0.1:${port}/api/v1`;
  const { audit, entries } = await openWorld({ audit: { baseURL } });
  for (let call = 0; call < 4; call += 1) {
    const response = await audit.fetch(`${baseURL}/chat/completions`, asking());
    if (response.ok) await response.text();
  }
  server.closeAllConnections();
  server.close();
  expect(new Set(ports).size).toBe(1);
  expect(entries()).toHaveLength(4);
});

describe("a form has one digest, however it is given to fetch", () => {
  const form = () => {
    const data = new FormData();
    data.set("model", "openai/whisper-1");
    data.set("prompt", "one\ntwo\r\nthree\rfour");
    data.set("file", new Blob(["hello"]), "hello.txt");
    return data;
  };
  const encoded = async () => {
    const response = new Response(form());
    const headers = { "content-type": response.headers.get("content-type")! };
    return { headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  };
  const ways: Record<string, (url: string) => Promise<[string | Request, RequestInit?]>> = {
    FormData: async (url) => [url, { method: "POST", body: form() }],
    "a Request": async (url) => [new Request(url, { method: "POST", body: form() })],
    bytes: async (url) => {
      const { headers, bytes } = await encoded();
      return [url, { method: "POST", headers, body: bytes }];
    },
    "a text": async (url) => {
      const { headers, bytes } = await encoded();
      return [url, { method: "POST", headers, body: Buffer.from(bytes).toString() }];
    },
    "a Blob": async (url) => {
      const { headers, bytes } = await encoded();
      return [url, { method: "POST", headers, body: new Blob([bytes]) }];
    },
  };
  const value = "one\r\ntwo\r\nthree\r\nfour";
  const parts = [
    { name: "model", value: "openai/whisper-1" },
    { name: "prompt", value },
    {
      bytes: 5,
      content_type: "application/octet-stream",
      filename: "hello.txt",
      name: "file",
      sha256: createHash("sha256").update("hello").digest("hex"),
    },
  ];

  test("also where the endpoint takes JSON, and digests a member of it that the form has as a field", async () => {
    const { audit, fake, lastEntry } = await openWorld();
    await (await audit.fetch(`${fake.url}/images`, { method: "POST", body: form() })).text();
    expect(lastEntry()).toMatchObject({
      event_type: "image",
      prompt_hash: digestPrompt(parts, { secret, eventType: "image" }),
    });
  });

  test.each(Object.entries(ways))("%s", async (_name, given) => {
    const { audit, fake, lastEntry } = await openWorld();
    await (await audit.fetch(...(await given(`${fake.url}/audio/transcriptions`)))).text();
    expect(lastEntry()).toMatchObject({
      model: "openai/whisper-1",
      request_bytes: "openai/whisper-1".length + value.length + "hello".length,
      prompt_hash: digestPrompt(parts, { secret, eventType: "transcription" }),
    });
  });
});

test("the source of a Request that is aborted before it is sent is read no more", async () => {
  const { audit, fake, entries } = await openWorld();
  let isCancelled = false;
  const body = new ReadableStream({
    async pull(controller) {
      await sleep(5);
      controller.enqueue(new Uint8Array(8));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const init = asking({ body, duplex: "half", signal: AbortSignal.abort() } as RequestInit);
  const request = new Request(`${fake.url}/chat/completions`, init);
  await expect(audit.fetch(request)).rejects.toMatchObject({ name: "AbortError" });
  expect(isCancelled).toBe(true);
  expect(entries()).toEqual([expect.objectContaining({ status: "aborted", request_bytes: null })]);
});
