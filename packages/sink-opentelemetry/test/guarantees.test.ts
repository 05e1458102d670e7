import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { openTelemetrySink, otlpLogExporter } from "../src/index.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";
import { calm, entry } from "./support/entries.ts";

/** What the README says of each form, and of the SDK. When one of these fails, the README is wrong. */

const failing: LogRecordExporter = {
  export: (_, done) => done({ code: 1, error: new Error("nobody is there") }),
  forceFlush: async () => {},
  shutdown: async () => {},
};

const throughProcessor = (processor: LogRecordProcessor) =>
  openTelemetrySink({ loggerProvider: new LoggerProvider({ processors: [processor] }) });

test("with an exporter, a write rejects when the export fails", async () => {
  await expect(openTelemetrySink({ exporter: failing }).write([entry()], calm())).rejects.toThrow(
    "nobody is there",
  );
});

test("with an exporter, a write rejects when it throws", async () => {
  const exporter = {
    export() {
      throw new Error("cannot serialize");
    },
  };
  await expect(openTelemetrySink({ exporter }).write([entry()], calm())).rejects.toThrow("cannot serialize");
});

test.each([
  ["batches", () => new BatchLogRecordProcessor({ exporter: failing })],
  ["single records", () => new SimpleLogRecordProcessor({ exporter: failing })],
])(
  "with a provider and the SDK's processor of %s, a write resolves though nothing arrived",
  async (_, make) => {
    await expect(throughProcessor(make()).write([entry()], calm())).resolves.toBeUndefined();
  },
);

test("with a provider, records are dropped unheard when the queue of the SDK's processor is full", async () => {
  const exporter = new InMemoryLogRecordExporter();
  const batches = { exporter, maxQueueSize: 10, maxExportBatchSize: 10 };
  const sink = throughProcessor(new BatchLogRecordProcessor(batches));
  await sink.write(
    Array.from({ length: 50 }, () => entry()),
    calm(),
  );
  expect(exporter.getFinishedLogRecords().length).toBeLessThan(50);
});

test("the largest batch fits into the queue of the SDK's processor, as it is by default", async () => {
  const exporter = new InMemoryLogRecordExporter();
  const sink = throughProcessor(new BatchLogRecordProcessor({ exporter }));
  const most = sink.limits!.entries!;
  await sink.write(
    Array.from({ length: most }, () => entry()),
    calm(),
  );
  await sink.write(
    Array.from({ length: most }, () => entry()),
    calm(),
  );
  expect(exporter.getFinishedLogRecords()).toHaveLength(2 * most);
});

test("with a provider whose processor says that its flush failed, a write rejects", async () => {
  const processor = {
    onEmit() {},
    forceFlush: () => Promise.reject(new Error("the disk is full")),
    shutdown: async () => {},
  };
  await expect(throughProcessor(processor).write([entry()], calm())).rejects.toThrow(
    "The logger provider failed: records did not arrive: the disk is full.",
  );
});

test("a write does not wait for a flush that hangs when its signal aborts", async () => {
  const stop = new AbortController();
  let release = () => {};
  const processor = {
    onEmit: () => stop.abort(new Error("The time is up.")),
    forceFlush: () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
    shutdown: async () => {},
  };
  const write = throughProcessor(processor).write([entry()], { signal: stop.signal });
  await expect(write).rejects.toThrow("The time is up.");
  release();
});

describe("a provider that would drop records rejects, and is given none", () => {
  const exporter = new InMemoryLogRecordExporter();
  const processors = [new SimpleLogRecordProcessor({ exporter })];
  const unsampled = { metadata: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00" } };
  const stopped = new LoggerProvider({ processors });
  const drops = /it drops records/;

  test.each([
    ["it was shut down", stopped],
    ["it has no processor", new LoggerProvider()],
    [
      "its logger is off",
      new LoggerProvider({
        processors,
        loggerConfigurator: () => ({ disabled: true, minimumSeverity: 0, traceBased: false }),
      }),
    ],
    [
      "it takes warnings alone",
      new LoggerProvider({
        processors,
        loggerConfigurator: () => ({
          disabled: false,
          minimumSeverity: SeverityNumber.WARN,
          traceBased: false,
        }),
      }),
    ],
    [
      "it takes records of sampled spans alone",
      new LoggerProvider({
        processors,
        loggerConfigurator: () => ({ disabled: false, minimumSeverity: 0, traceBased: true }),
      }),
    ],
  ])("because %s", async (_, loggerProvider) => {
    await stopped.shutdown();
    const write = openTelemetrySink({ loggerProvider }).write(
      [entry({ status: "error", error_type: "server" }), entry(unsampled)],
      calm(),
    );
    await expect(write).rejects.toThrow(drops);
    expect(exporter.getFinishedLogRecords()).toEqual([]);
  });
});

describe("of the SDK's exporter by OTLP", () => {
  let collector: FakeCollector;
  beforeAll(async () => {
    collector = await FakeCollector.start({
      reject: ({ body }) => (String(body).includes("forbidden") ? "no" : null),
    });
  });
  afterAll(() => collector.stop());

  test("its records arrive, and are those that ours sends", async () => {
    const one = entry();
    const url = `${collector.url}/v1/logs`;
    await openTelemetrySink({ exporter: new OTLPLogExporter({ url }) }).write([one], calm());
    await openTelemetrySink({ exporter: otlpLogExporter({ url }) }).write([one], calm());
    const [theirs, ours] = collector.records;
    expect(theirs).toEqual(ours);
    expect(theirs!.body).toBe(JSON.stringify(sorted(one)));
  });

  test("a failure is told", async () => {
    collector.next({ status: 401 });
    const exporter = new OTLPLogExporter({ url: `${collector.url}/v1/logs` });
    const write = openTelemetrySink({ exporter }).write([entry()], calm());
    await expect(write).rejects.toThrow(/does not know the credentials.*\(401\)/);
  });

  test("records that were rejected are not told: ours tells", async () => {
    const url = `${collector.url}/v1/logs`;
    const forbidden = [entry({ metadata: { forbidden: true } })];
    const theirs = openTelemetrySink({ exporter: new OTLPLogExporter({ url }) });
    await expect(theirs.write(forbidden, calm())).resolves.toBeUndefined();
    const ours = openTelemetrySink({ exporter: otlpLogExporter({ url }) });
    await expect(ours.write(forbidden, calm())).rejects.toThrow("An entry was rejected: no");
  });
});

/** The members of the line in the order of RFC 8785, the seal at the end. */
function sorted({ chain_hash, signature, ...members }: ReturnType<typeof entry>): object {
  const inOrder = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const names = Object.keys(value).sort();
    return Object.fromEntries(names.map((name) => [name, inOrder((value as Record<string, unknown>)[name])]));
  };
  return { ...(inOrder(members) as object), chain_hash, signature };
}
