import type { Logging } from "@google-cloud/logging";
import type { AuditSink } from "@openrouter-audit/core";
import { describeSink, type Wire } from "@openrouter-audit/testing/sink";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { FakeGoogleLogging } from "./fake-google-logging/fake-google-logging.ts";

process.env.METADATA_SERVER_DETECTION = "none";

let fake: FakeGoogleLogging;
let reader: Logging;
beforeAll(async () => {
  fake = await FakeGoogleLogging.start();
  fake.refuses = (entry) => {
    const forbidden = entry.jsonPayload?.fields?.metadata?.structValue?.fields?.forbidden;
    return forbidden?.boolValue ? "Field metadata.forbidden is not allowed." : null;
  };
  reader = fake.client();
});
afterAll(async () => {
  await closeOf(reader);
  await fake.stop();
});

interface Service {
  writeLogEntries(request: object, options: object): Promise<unknown> & { cancel(): void };
  close(): Promise<void>;
}
const serviceOf = (client: Logging) => client.loggingService as unknown as Service;
const closeOf = (client: Logging) => serviceOf(client).close();

/** A sink whose requests go through the wire, as they leave the client. */
function open(wire: Wire): AuditSink {
  const client = fake.client();
  const service = serviceOf(client);
  const write = service.writeLogEntries.bind(service);
  service.writeLogEntries = (request, options) => {
    const stop = new AbortController();
    const send = () => {
      const call = write(request, options);
      stop.signal.addEventListener("abort", () => call.cancel());
      return call;
    };
    return Object.assign(wire(send, { signal: stop.signal }), {
      cancel: () => stop.abort(new Error("cancelled")),
    });
  };
  const sink = googleCloudSink({ client });
  return { ...sink, close: () => closeOf(client) };
}

describeSink("google-cloud", {
  open,
  readBack: async ({ log }) => {
    const day = new Date(Date.now() - 3_600_000).toISOString();
    const filter = `timestamp>="${day}" AND labels.log="${log}"`;
    const [entries] = await reader.log("openrouter-audit").getEntries({ filter, pageSize: 1000 });
    return linesOf(entries);
  },
  faults: true,
  reject: { forbidden: true },
});
