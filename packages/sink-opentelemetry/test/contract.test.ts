import type { Wire } from "@openrouter-audit/testing/sink";
import { describeSink } from "@openrouter-audit/testing/sink";
import type { ExportResult } from "@opentelemetry/core";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { openTelemetrySink, otlpLogExporter } from "../src/index.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";

/** What readers of a place make of it: of each `openrouter_audit.id` the first, with the line as the body. */
function linesOf(
  records: Iterable<{ readonly attributes: Record<string, unknown>; readonly body?: unknown }>,
  log: string,
): string[] {
  const lines = new Map<unknown, string>();
  for (const { attributes, body } of records)
    if (attributes["openrouter_audit.log"] === log && !lines.has(attributes["openrouter_audit.id"]))
      lines.set(attributes["openrouter_audit.id"], body as string);
  return [...lines.values()];
}

let collector: FakeCollector;
beforeAll(async () => {
  collector = await FakeCollector.start({
    // What receivers by gRPC take: the batches must fit.
    mostBytes: 4 << 20,
    reject: ({ body }) => (String(body).includes('"forbidden":true') ? "attribute not allowed" : null),
  });
});
afterAll(() => collector.stop());

describeSink("opentelemetry, by OTLP", {
  open: (wire) =>
    openTelemetrySink({
      exporter: otlpLogExporter({
        url: `${collector.url}/v1/logs`,
        compression: "none",
        fetch: (input, init) => wire(() => fetch(input, init), { signal: init!.signal! }),
      }),
    }),
  readBack: ({ log }) => linesOf(collector.records, log),
  faults: true,
  reject: { forbidden: true },
});

const memory = new InMemoryLogRecordExporter();

describeSink("opentelemetry, by an exporter of the SDK", {
  open: (wire) => openTelemetrySink({ exporter: wired(memory, wire) }),
  readBack: ({ log }) => linesOf(memory.getFinishedLogRecords(), log),
  faults: true,
});

/** An exporter of the SDK that sends through the wire. It knows no signal. */
function wired(exporter: InMemoryLogRecordExporter, wire: Wire): InMemoryLogRecordExporter {
  const through = Object.create(exporter) as InMemoryLogRecordExporter;
  through.export = (records, done) => {
    const send = () => new Promise<ExportResult>((resolve) => exporter.export(records, resolve));
    wire(send).then(done, (error) => done({ code: 1, error }));
  };
  return through;
}

const provided = new InMemoryLogRecordExporter();
const loggerProvider = new LoggerProvider({
  processors: [new SimpleLogRecordProcessor({ exporter: provided })],
});

describeSink("opentelemetry, by a provider", {
  open: () => openTelemetrySink({ loggerProvider }),
  readBack: ({ log }) => linesOf(provided.getFinishedLogRecords(), log),
});
