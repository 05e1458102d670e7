import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import type { AuditContext, AuditLogOptions } from "@openrouter-audit/core";
import type { FakeOpenRouter } from "@openrouter-audit/testing";
import { openWorld, until } from "../support/audited-world.ts";
import { answer, asking, raw, sameWithAudit } from "../support/same-with-audit.ts";

const success = { event_type: "chat_completion", status: "success" };
const bytesOf = (init: RequestInit) => new Blob([init.body as string]).stream();

class Options {
  readonly #init = asking();
  readonly method = "POST";
  readonly duplex = "half";
  get headers() {
    return this.#init.headers;
  }
  get body() {
    return bytesOf(this.#init);
  }
}

test.each<[string, (url: string) => [input: unknown, init?: unknown]]>([
  ["a Request in place of the options", (url) => [url, new Request(url, asking())]],
  ["options of a class that keeps them private", (url) => [url, new Options()]],
  ["a text with a url of its own", (url) => [{ url: "http://127.0.0.1:9/", toString: () => url }, asking()]],
  [
    "a URL with a url of its own",
    (url) => [Object.assign(new URL(url), { url: "http://127.0.0.1:9" }), asking()],
  ],
  ["a number as the body", (url) => [url, asking({ body: 123 as never })]],
  ["true as the body", (url) => [url, asking({ body: true as never })]],
])("%s: sent as without us, and recorded", async (_what, call) => {
  const entries = await sameWithAudit(async ({ fetch, url }) => {
    const response = await fetch(...(call(url) as Parameters<typeof fetch>));
    return [response.status, await response.text()];
  }, raw());
  expect(entries).toEqual([expect.objectContaining(success)]);
});

test.each([
  ["a text as the headers", { headers: "accept: all" }],
  ["a symbol as the body", { body: Symbol("body") }],
  ["a signal that is none", { signal: {} }],
])("%s: fetch says what is wrong with it", async (_what, changes) => {
  const { audit, fake } = await openWorld();
  const url = `${fake.url}/chat/completions`;
  const said = (fetch: typeof audit.fetch) =>
    fetch(url, asking(changes as never)).catch(({ name, message }) => ({ name, message }));
  expect(await said(audit.fetch)).toEqual(await said(globalThis.fetch));
  await expect(audit.close()).resolves.toBeUndefined();
});

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

async function readBefore(): Promise<Readable> {
  const body = Readable.from(["one", "two"]);
  for await (const _chunk of body) break;
  return body;
}

const ways: AuditLogOptions[] = [{}, { guarantee: "write_ahead" }, { routingMetadata: true }];

test.each<[string, () => unknown]>([
  ["a body that was transferred away", () => ({ body: detached() })],
  ["a buffer that was transferred away", () => ({ body: detached().buffer })],
  ["memory that is shared", () => ({ body: new Uint8Array(new SharedArrayBuffer(8)) })],
  ["memory that may grow", () => ({ body: Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]) })],
  ["a Node stream that was read", async () => ({ body: await readBefore(), duplex: "half" })],
  ["a Node stream that was destroyed", () => ({ body: Readable.from(["one"]).destroy(), duplex: "half" })],
  ["a body that only looks as if it could be iterated", () => ({ body: { [Symbol.asyncIterator]: 5 } })],
  ["null as the headers", () => ({ headers: null })],
])(
  "%s: fetch says what is wrong, or sends what it makes of it, as without us, and it is recorded",
  async (_what, changes) => {
    for (const options of ways) {
      const { audit, fake, entries } = await openWorld({ audit: options });
      const url = `${fake.url}/chat/completions`;
      const said = async (fetch: typeof audit.fetch) =>
        fetch(url, asking((await changes()) as never)).then(
          () => "It was sent.",
          ({ name, message }) => ({ name, message }),
        );
      const audited = await said(audit.fetch);
      const sent = fake.requests.length;
      const bare = await said(globalThis.fetch);
      expect(audited).toEqual(bare);
      expect(fake.requests.slice(0, sent).map(bodyOf)).toEqual(fake.requests.slice(sent).map(bodyOf));
      // Node 20 and 22 refuse all of these, Node 24 sends some.
      const http_status = bare === "It was sent." ? 400 : null;
      expect(sent).toBe(http_status === null ? 0 : 1);
      const ends = entries().filter(({ event_type }) => event_type !== "call_started");
      expect(ends).toEqual([expect.objectContaining({ status: "error", http_status })]);
    }
  },
);

function bodyOf({ bodySha256 }: FakeOpenRouter["requests"][number]): string {
  return bodySha256;
}

test("options that are none are refused as without us, whoever is asked first", async () => {
  const { audit, fake } = await openWorld({ audit: { policy: () => true } });
  const said = (fetch: typeof audit.fetch) =>
    fetch(`${fake.url}/chat/completions`, 5 as never).then(
      () => "It was sent.",
      ({ name, message }) => ({ name, message }),
    );
  expect(await said(audit.fetch)).toEqual(await said(globalThis.fetch));
});

test("a buffer of another realm is recorded as it was sent", async () => {
  const { audit, fake, lastEntry } = await openWorld({ fake: { script: [raw()] } });
  const body = runInNewContext("new ArrayBuffer(8)") as ArrayBuffer;
  await (await audit.fetch(`${fake.url}/chat/completions`, asking({ body }))).text();
  expect(lastEntry()).toMatchObject({ status: "success", request_bytes: 8 });
});

test("what is thrown, or aborted with, need not let itself be looked at", async () => {
  const hostile = {
    get name() {
      throw new Error("not to be looked at");
    },
  };
  const thrown = await openWorld({ audit: { fetch: () => Promise.reject(hostile) } });
  const url = `${thrown.fake.url}/chat/completions`;
  expect(await thrown.audit.fetch(url, asking()).catch((error) => error === hostile)).toBe(true);
  expect(thrown.entries()).toEqual([expect.objectContaining({ status: "error" })]);

  const aborted = await openWorld({ fake: { script: [raw()] } });
  const controller = new AbortController();
  const { signal } = controller;
  await aborted.audit.fetch(`${aborted.fake.url}/chat/completions`, asking({ signal }));
  controller.abort(hostile);
  await until(() => aborted.entries().length === 1);
  expect(aborted.lastEntry()).toMatchObject({ status: "aborted" });
});

test("a signal has one listener of ours, however many calls share it, and none in the end", async () => {
  const { audit, fake } = await openWorld({ audit: { fetch: async () => new Response(answer) } });
  const { signal } = new AbortController();
  const url = `${fake.url}/chat/completions`;
  const calls = Array.from({ length: 20 }, () => audit.fetch(url, asking({ signal })));
  const responses = await Promise.all(calls);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await Promise.all(responses.map((response) => response.text()));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a function that finds the user may make a call itself", async () => {
  const { audit, fake, entries } = await openWorld();
  const url = `${fake.url}/chat/completions`;
  const user = async () => {
    await audit.fetch(url, asking());
    return "ada";
  };
  await audit.run({ user }, async () => (await audit.fetch(url, asking())).text());
  await audit.close();
  expect(entries()).toHaveLength(2);
  expect(entries()).toEqual(Array(2).fill(expect.objectContaining({ user_id: "ada" })));
});

test.each<[string, AuditLogOptions, AuditContext, string | null]>([
  ["the answer", {}, {}, null],
  ["the answer, for somebody", {}, { userId: "service" }, "service"],
  ["the answer, under a policy", { policy: () => true }, {}, null],
])(
  "a function that finds the user does not wait for itself to read %s",
  async (_what, options, context, whose) => {
    const { audit, fake, entries, problems } = await openWorld({ audit: options });
    const call = async () => (await audit.fetch(`${fake.url}/chat/completions`, asking())).text();
    const user = async () => {
      await audit.run(context, call);
      return "ada";
    };
    await audit.run({ user }, call);
    expect(entries().map(({ user_id }) => user_id)).toEqual([whose, "ada"]);
    expect(problems).toEqual([]);
  },
);
