import { inspect } from "node:util";
import { type AuditEntry, EntriesRejected, lineOf } from "@openrouter-audit/core";
import { webhookSink } from "@openrouter-audit/sink-webhook";
import { describeSink } from "@openrouter-audit/testing/sink";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { sealedEntries } from "../../../test/support/sealed-entries.ts";
import { ReceiverServer, secret } from "./support/receiver-server.ts";

const calm = { signal: new AbortController().signal };
const receiver = new ReceiverServer();
beforeAll(() => receiver.open());
afterAll(() => receiver.close());

const kept = new Map<string, AuditEntry>();
const isForbidden = ({ metadata }: AuditEntry) => metadata?.forbidden === true;

/** Keeps each id once, and never what is forbidden. */
function keep({ data }: { data: readonly AuditEntry[] }) {
  for (const entry of data) if (!kept.has(entry.id) && !isForbidden(entry)) kept.set(entry.id, entry);
  return data.filter(isForbidden).map(({ id }) => ({ id, reason: "forbidden" }));
}

beforeEach(() => {
  receiver.requests.length = 0;
  receiver.answer = (received, response) => {
    const rejected = keep(received);
    response.writeHead(rejected.length > 0 ? 422 : 200).end(JSON.stringify({ rejected }));
  };
});

describeSink("webhook", {
  open: (wire) =>
    webhookSink({
      url: receiver.url,
      secret,
      fetch: (input, init) => wire(() => fetch(input, init), { signal: init!.signal! }),
    }),
  readBack: () => kept.values(),
  faults: true,
  reject: { forbidden: true },
});

const sinkOf = (options: Partial<Parameters<typeof webhookSink>[0]> = {}) =>
  webhookSink({ url: receiver.url, secret, ...options });

test("a batch is one JSON message with the exact lines; the same batch has the same id, and another body another", async () => {
  const batch = await sealedEntries({ text: "ä\u2028" }, {}, {});
  await sinkOf().write(batch, calm);
  await sinkOf({ headers: { authorization: "Bearer t" } }).write(batch, calm);
  await sinkOf().write(batch.slice(1), calm);
  const [first, again, other] = receiver.requests;
  const lines = batch.map(lineOf).join(",");
  const timestamp = batch[2]!.recorded_at;
  expect(first!.body).toBe(
    `{"type":"openrouter_audit.entries","timestamp":"${timestamp}","data":[${lines}]}`,
  );
  expect(first!.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": "openrouter-audit",
    "webhook-id": expect.stringMatching(/^msg_[\w-]{43}$/),
  });
  expect(again!.body).toBe(first!.body);
  expect(again!.headers).toMatchObject({
    authorization: "Bearer t",
    "webhook-id": first!.headers["webhook-id"],
  });
  expect(other!.headers["webhook-id"]).not.toBe(first!.headers["webhook-id"]);
});

test("a changed body, id, time or secret does not verify", async () => {
  await sinkOf().write(await sealedEntries({}), calm);
  const { headers, body } = receiver.requests[0]!;
  const given = headers as Record<string, string>;
  const verify = (changed: Record<string, string>, text = body, by = secret) =>
    new Webhook(by).verify(text, { ...given, ...changed });
  expect(verify({})).toMatchObject({ data: [{ seq: expect.any(Number) }] });
  expect(() => verify({}, body.replace('"seq":', '"seq" :'))).toThrow(WebhookVerificationError);
  expect(() => verify({ "webhook-id": "msg_other" })).toThrow(WebhookVerificationError);
  const later = String(Number(given["webhook-timestamp"]) + 1);
  expect(() => verify({ "webhook-timestamp": later })).toThrow(WebhookVerificationError);
  expect(() => verify({}, body, secret.replace("whsec_", "whsec_AAAA"))).toThrow(WebhookVerificationError);
});

test("while the secret is being changed, the old one and the new one verify", async () => {
  const newer = `whsec_${Buffer.alloc(24, "newer").toString("base64")}`;
  await sinkOf({ secret: [newer, secret] }).write(await sealedEntries({}), calm);
  const { headers, body } = receiver.requests[0]!;
  expect(String(headers["webhook-signature"])).toMatch(/^v1,\S{44} v1,\S{44}$/);
  for (const each of [newer, secret]) new Webhook(each).verify(body, headers as Record<string, string>);
});

test("a format is sent as it is: objects as objects, texts as strings", async () => {
  const [entry] = await sealedEntries({});
  await sinkOf({ format: ({ seq }) => ({ seq }) }).write([entry!], calm);
  await sinkOf({ format: ({ seq }) => `CEF:0|${seq}` }).write([entry!], calm);
  const data = receiver.requests.map(({ body }) => JSON.parse(body).data);
  expect(data).toEqual([[{ seq: entry!.seq }], [`CEF:0|${entry!.seq}`]]);
});

test("of what a receiver names as rejected, only entries of the batch count; the reasons are its own", async () => {
  const [one, two] = await sealedEntries({}, {});
  receiver.answer = (_received, response) => {
    const rejected = [
      { id: two!.id, reason: "too old" },
      { id: "another", reason: "x" },
      { id: one!.id },
      null,
      7,
    ];
    response.writeHead(400).end(JSON.stringify({ rejected }));
  };
  const error = await sinkOf()
    .write([one!, two!], calm)
    .catch((thrown: EntriesRejected) => thrown);
  expect(error).toBeInstanceOf(EntriesRejected);
  expect((error as EntriesRejected).rejected).toEqual([
    { id: two!.id, reason: "too old" },
    { id: one!.id, reason: "the receiver gave no reason" },
  ]);
  receiver.answer = (_received, response) => {
    response
      .writeHead(422)
      .end(JSON.stringify({ rejected: [{ id: "another", reason: "x" }], message: "no" }));
  };
  await expect(sinkOf().write([one!], calm)).rejects.toThrow(
    /^http\S+ does not take the batch, .* \(422\), in its words: no\.$/,
  );
});

describe("a receiver with a limit for bodies", () => {
  const limit = 20_000;
  beforeEach(() => {
    const takes = receiver.answer;
    receiver.answer = (received, response, request) => {
      if (Buffer.byteLength(received.body) > limit) response.writeHead(413).end();
      else takes(received, response, request);
    };
  });

  test("is sent smaller batches, in order, and at once when the limit is known; what alone is too large is rejected", async () => {
    const sink = sinkOf();
    const batch = await sealedEntries(...Array.from({ length: 33 }, () => ({})));
    const large = { ...batch[2]!, metadata: { large: "x".repeat(65_536) } };
    batch[2] = large;
    const error = await sink.write(batch, calm).catch((thrown: EntriesRejected) => thrown);
    expect((error as EntriesRejected).rejected).toEqual([
      {
        id: large.id,
        reason: expect.stringMatching(
          /^the receiver took a body of \d+ bytes, and takes none of \d+ \(413\)$/,
        ),
      },
    ]);
    const others = batch.filter((entry) => entry !== large).map(({ id }) => id);
    expect([...kept.keys()].slice(-others.length)).toEqual(others);

    const small = batch.filter((entry) => entry !== large);
    await sink.write(small, calm);
    const before = receiver.requests.length;
    await sink.write(small, calm);
    const bodies = receiver.requests.slice(before).map(({ body }) => Buffer.byteLength(body));
    expect(Math.max(...bodies)).toBeLessThanOrEqual(limit);
  });

  test("that takes next to nothing is set up wrong, also when it has taken an entry: no other is rejected", async () => {
    const sink = sinkOf();
    const [small, other] = await sealedEntries({}, { text: "a little larger" });
    await sink.write([small!], calm);
    receiver.answer = (_received, response) => response.writeHead(413).end();
    const failure = await sink.write([other!], calm).catch((error: Error) => error);
    expect(failure).not.toBeInstanceOf(EntriesRejected);
    expect(String(failure)).toMatch(/takes no body of this size: .* \(413\)/);
  });

  test("that takes nothing at all is set up wrong: nothing is rejected", async () => {
    receiver.answer = (_received, response) => response.writeHead(413).end();
    await expect(sinkOf().write(await sealedEntries({}, {}), calm)).rejects.toThrow(
      /takes no body of this size: .* \(413\)/,
    );
  });
});

test("neither the sink nor what it throws shows the secret, the path, the query, a header, or an entry", async () => {
  const url = `${receiver.url}/path-token?token=query-token`;
  const headers = { authorization: "Bearer header-token" };
  const sink = webhookSink({ url, secret, headers });
  const batch = await sealedEntries({ private: "entry-text" });
  receiver.answer = (received, response) => response.writeHead(500).end(received.body);
  const failed = await sink.write(batch, calm).catch((error) => error);
  receiver.answer = (_received, response) => void response.destroy();
  const broken = await sink.write(batch, calm).catch((error) => error);
  const shown = inspect([sink, failed, broken], { depth: 20, showHidden: true });
  expect(shown).toMatch(/failed \(500\)/);
  expect(shown).toMatch(/the connection was broken off/);
  const key = Buffer.from(secret.slice(6), "base64");
  for (const hidden of [
    secret,
    secret.slice(6),
    key.toString(),
    "path-token",
    "query-token",
    "header-token",
    "entry-text",
  ])
    expect(shown).not.toContain(hidden);
});

const must = (option: string, rule: string) =>
  new RegExp(`^Option "${option}" of webhookSink is not right: must be ${rule}`);
test.each([
  [{ url: "http://hooks.example.com" }, must("url", "an https URL, or http to this host")],
  [{ url: "hooks.example.com" }, must("url", "an https URL")],
  [{ url: "https://me:pass@hooks.example.com" }, must("url", "an https URL")],
  [{ url: "ftp://localhost/" }, must("url", "an https URL")],
  [{ url: undefined }, must("url", "an https URL")],
  [{ secret: undefined }, must("secret", "whsec_ and the base64 of 24 to 64 bytes")],
  [{ secret: "whsec_c2hvcnQ=" }, must("secret", "whsec_")],
  [{ secret: secret.slice(6) }, must("secret", "whsec_")],
  [{ secret: secret.replace("=", "") }, must("secret", "whsec_")],
  [{ secret: [] }, must("secret", "whsec_")],
  [{ secret: [secret, "old"] }, must("secret", "whsec_")],
  [{ headers: { "Webhook-Id": "1" } }, must("headers", "an object of header names and values, without")],
  [{ headers: { "x-token": "a\nb" } }, must("headers", "an object")],
  [{ headers: { "Content-Encoding": "gzip" } }, must("headers", "an object")],
  [{ timeoutMs: 31_000 }, must("timeoutMs", "a whole number of milliseconds, from 1 to 30000")],
  [{ format: "ocsf" }, must("format", "a function of an entry")],
  [{ limits: 5 }, must("limits", "{ entries, bytes, … }")],
  [{ allowHttp: "yes" }, must("allowHttp", "true or false")],
  [{ name: "My Hook" }, must("name", "1 to 64")],
  [{ fetch: {} }, must("fetch", "a function")],
  [{ timeout: 5 }, /^There is no option "timeout" of webhookSink. The options are: url, secret, headers/],
])("%j is refused when the sink is made, and not shown", (options, message) => {
  expect(() => webhookSink({ url: "https://hooks.example.com/", secret, ...options } as never)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
  );
});

test.each([
  { url: "https://hooks.example.com/" },
  { url: "http://localhost:8080/" },
  { url: "http://[::1]/" },
  { url: "http://127.0.0.2/" },
  { url: "http://collector.internal/", allowHttp: true },
])("%j is a place to post to", (options) => {
  expect(webhookSink({ secret, ...options }).name).toBe("webhook");
});
