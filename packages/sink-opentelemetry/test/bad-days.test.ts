import { EntriesRejected } from "@openrouter-audit/core";
import { freePort } from "../../../test/support/free-port.ts";
import { openTelemetrySink, otlpLogExporter } from "../src/index.ts";
import type { ArrivedRecord, Fate } from "./fake-collector/start-fake-collector.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";
import { calm, entry } from "./support/entries.ts";

let collector: FakeCollector;
const forbidden = ({ body }: ArrivedRecord) => {
  const { metadata } = JSON.parse(body as string) as { metadata: { why?: string } };
  return metadata.why ?? null;
};
beforeAll(async () => {
  collector = await FakeCollector.start({
    credentials: "Bearer good",
    mostBytes: 256 << 10,
    reject: forbidden,
  });
});
afterAll(() => collector.stop());
beforeEach(() => {
  collector.records.length = 0;
  collector.requests.length = 0;
});

function sinkTo(url = `${collector.url}/v1/logs`, authorization = "Bearer good") {
  return openTelemetrySink({ exporter: otlpLogExporter({ url, headers: { authorization } }) });
}

/** What the write of one entry rejects with. */
async function failureOf(write: Promise<void>): Promise<Error> {
  return write.then(
    () => new Error("nothing failed"),
    (error: Error) => error,
  );
}

const arrived = () => collector.records.map(({ attributes }) => attributes["openrouter_audit.id"]);

test.each<[string, Fate, RegExp]>([
  ["400", { status: 400 }, /malformed.*\(400\)/],
  ["403", { status: 403 }, /may not write logs.*\(403\)/],
  ["429", { status: 429, headers: { "retry-after": "7" } }, /takes no more for now.*\(429, Retry-After: 7\)/],
  ["500", { status: 500 }, /not well.*\(500\)/],
  ["503", { status: 503, headers: { "retry-after": "30" } }, /not well.*\(503, Retry-After: 30\)/],
  ["504", { status: 504 }, /not well.*\(504\)/],
  ["418", { status: 418 }, /did not arrive: HTTP 418/],
  ["a redirect", { status: 307, headers: { location: "/elsewhere" } }, /did not arrive: unexpected redirect/],
  ["a connection that ends", "reset", /connection was broken off/],
  ["a lost answer", "lose_answer", /connection was broken off/],
  [
    "the page of a proxy",
    { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Log in</h1>" },
    /does not speak OTLP/,
  ],
])(
  "%s rejects the whole batch, and says what to do; when it comes again it is taken",
  async (_what, fate, told) => {
    const sink = sinkTo();
    const batch = [entry(), entry()];
    collector.next(fate);
    const failure = await failureOf(sink.write(batch, calm()));
    expect(failure.message).toMatch(told);
    expect(failure.message).toMatch(/^The exporter failed: .*[^.]\.$/);
    expect(failure).not.toBeInstanceOf(EntriesRejected);
    expect(failure.cause).toHaveProperty("message");
    await sink.write(batch, calm());
    expect(new Set(arrived())).toEqual(new Set(batch.map(({ id }) => id)));
  },
);

test("wrong credentials are told, and are in no message", async () => {
  const failure = await failureOf(sinkTo(undefined, "Bearer wrong").write([entry()], calm()));
  expect(failure.message).toMatch(/does not know the credentials.*\(401\)/);
  expect(JSON.stringify([failure.message, String(failure.cause)])).not.toContain("wrong");
});

test("a wrong path is told", async () => {
  const failure = await failureOf(sinkTo(`${collector.url}/logs`).write([entry()], calm()));
  expect(failure.message).toMatch(/nothing at this URL.*\/v1\/logs.*\(404\)/);
});

test("a place that takes less is told, and nothing is set aside for it: one that is larger may come", async () => {
  const failure = await failureOf(sinkTo().write([entry({ metadata: { x: "x".repeat(300_000) } })], calm()));
  expect(failure.message).toMatch(/max_request_body_size.*\(413\)/);
  expect(failure).not.toBeInstanceOf(EntriesRejected);
});

test("a collector that is not there is told", async () => {
  const url = `http://127.0.0.1:${await freePort()}/v1/logs`;
  const failure = await failureOf(sinkTo(url).write([entry()], calm()));
  expect(failure.message).toMatch(/nobody listens there.*\(ECONNREFUSED\)/);
});

test("a collector that hangs is let go when the signal aborts", async () => {
  collector.next("hang");
  const stop = new AbortController();
  const write = sinkTo().write([entry()], { signal: stop.signal });
  void collector.received(() => collector.hanging === 1).then(() => stop.abort(new Error("The time is up.")));
  await expect(write).rejects.toThrow("The time is up.");
});

test("of a half-accepted batch exactly the entries that were rejected are set aside, with the reason", async () => {
  const batch = Array.from({ length: 20 }, (_, index) =>
    entry(index === 3 || index === 17 ? { metadata: { why: "field limit exceeded" } } : {}),
  );
  const failure = await failureOf(sinkTo().write(batch, calm()));
  expect(failure).toBeInstanceOf(EntriesRejected);
  expect((failure as EntriesRejected).rejected).toEqual([
    { id: batch[3]!.id, reason: "field limit exceeded" },
    { id: batch[17]!.id, reason: "field limit exceeded" },
  ]);
  const good = batch.filter((_, index) => index !== 3 && index !== 17).map(({ id }) => id);
  expect(new Set(arrived())).toEqual(new Set(good));
});

test("a place that answers in JSON is understood", async () => {
  const headers = { "content-type": "application/json" };
  collector.next({ status: 200, headers, body: "{}" });
  await sinkTo().write([entry()], calm());
  const body = '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}';
  collector.next({ status: 200, headers, body });
  await expect(sinkTo().write([entry()], calm())).rejects.toThrow("An entry was rejected: too old");
});

test("an answer that is far too long is none, and not read to its end", async () => {
  let read = 0;
  const piece = new Uint8Array(1 << 16);
  const body = new ReadableStream({
    pull(controller) {
      read += piece.length;
      controller.enqueue(piece);
    },
  });
  const exporter = otlpLogExporter({
    url: "http://localhost/v1/logs",
    fetch: async () => new Response(body),
  });
  const failure = await failureOf(openTelemetrySink({ exporter }).write([entry()], calm()));
  expect(failure.message).toMatch(/something that does not speak OTLP answered\.$/);
  expect(read).toBeLessThan(2 << 20);
});

test("what is known to be taken is not sent again to find the one that was not", async () => {
  const batch = [entry({ metadata: { why: "no" } }), ...Array.from({ length: 7 }, () => entry())];
  await expect(sinkTo().write(batch, calm())).rejects.toThrow(EntriesRejected);
  expect(collector.requests).toEqual([8, 4, 2, 1]);
});

test("a batch of which nothing is taken is sent once", async () => {
  const batch = Array.from({ length: 4 }, () => entry({ metadata: { why: "no" } }));
  await expect(sinkTo().write(batch, calm())).rejects.toThrow(EntriesRejected);
  expect(collector.requests).toEqual([4]);
});

test.each([
  "quota exceeded",
  "Rate limit reached",
  "throttled",
  "permission denied",
  "the sending queue is full",
])("records that are rejected for %j are not set aside: that passes", async (why) => {
  const failure = await failureOf(sinkTo().write([entry({ metadata: { why } })], calm()));
  expect(failure).not.toBeInstanceOf(EntriesRejected);
  expect(failure.message).toContain(why);
});

test.each([
  [{}, /needs the option "exporter" or "loggerProvider", one and no more/],
  [
    { exporter: { export() {} }, loggerProvider: { getLogger() {} } },
    /needs the option "exporter" or "loggerProvider", one and no more/,
  ],
  [{ exporter: {} }, /"exporter" of openTelemetrySink is not right: must be a log record exporter/],
  [{ loggerProvider: {} }, /"loggerProvider" of openTelemetrySink is not right/],
  [{ exporter: { export() {} }, meterProvider: 1 }, /"meterProvider" of openTelemetrySink is not right/],
  [{ exporter: { export() {} }, semanticConventions: "1.36" }, /must be one of "1.37", "1.45"/],
  [{ exporter: { export() {} }, format: "ocsf" }, /"format" of openTelemetrySink is not right/],
  [{ exporter: { export() {} }, resource: "chat" }, /"resource" of openTelemetrySink is not right/],
  [{ exporter: { export() {} }, name: "Open Telemetry" }, /"name" of openTelemetrySink is not right/],
  [{ exporter: { export() {} }, flush: true }, /There is no option "flush"/],
])("%j is refused when the sink is made", (options, told) => {
  expect(() => openTelemetrySink(options as never)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(told) }),
  );
});

test.each(["collector:4318", "not a url", "file:///etc/passwd", "https://me:key@collector/v1/logs"])(
  "an exporter to %j is refused",
  (url) => {
    expect(() => otlpLogExporter({ url })).toThrow(
      /^Option "url" of otlpLogExporter is not right: must be the http/,
    );
  },
);

test.each([
  [{ headers: { "content-type": "text/plain" } }, /^Option "headers" of otlpLogExporter/],
  [{ headers: { "api-key": "a\nb" } }, /^Option "headers" of otlpLogExporter/],
  [{ compression: "br" }, /must be one of "gzip", "none"/],
  [{ fetch: "node" }, /^Option "fetch" of otlpLogExporter is not right: must be a function/],
  [{ header: {} }, /^There is no option "header" of otlpLogExporter/],
])("an exporter with %j is refused", (options, told) => {
  const given = { url: "http://localhost:4318/v1/logs", ...options } as never;
  expect(() => otlpLogExporter(given)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(told) }),
  );
});

test.each([
  ["https://ada:a-password@collector.example.com/v1/logs", undefined, /"url".*those belong into headers/],
  [
    "https://collector.example.com/v1/logs",
    { "x-key": "a-password\nx" },
    /"headers" of otlpLogExporter is not right/,
  ],
])(
  "what fetch would refuse and quote at each export is refused at once, and not quoted",
  (url, headers, told) => {
    const refusal = expect.objectContaining({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(told),
    });
    expect(() => otlpLogExporter({ url, ...(headers && { headers }) })).toThrow(refusal);
    expect(() => otlpLogExporter({ url, ...(headers && { headers }) })).not.toThrow(/a-password/);
  },
);
