import { lineOf } from "@openrouter-audit/core";
import { forgedEntries } from "../../../test/support/forged-entries.ts";
import { openTelemetrySink, otlpLogExporter } from "../src/index.ts";
import { FakeCollector } from "./fake-collector/start-fake-collector.ts";
import { calm } from "./support/entries.ts";

let collector: FakeCollector;
beforeAll(async () => {
  collector = await FakeCollector.start();
});
afterAll(() => collector.stop());

test("whatever stands in a line, the place is sent it: no entry fails for ever", async () => {
  const entries = await forgedEntries();
  const sink = openTelemetrySink({ exporter: otlpLogExporter({ url: `${collector.url}/v1/logs` }) });
  await sink.write(entries, calm());
  const bodies = collector.records.map(({ body }) => body);
  expect(new Set(bodies)).toEqual(new Set(entries.map(lineOf)));
  expect(bodies).toHaveLength(entries.length);
});

test("a format that makes nothing of an entry fails", async () => {
  const exporter = otlpLogExporter({ url: `${collector.url}/v1/logs` });
  const sink = openTelemetrySink({ exporter, format: () => undefined as never });
  await expect(sink.write(await forgedEntries(), calm())).rejects.toThrow(
    "The format made no text and no object",
  );
});
