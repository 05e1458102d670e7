import { describeSink, type Wire } from "@openrouter-audit/testing/sink";
import { googleCloudSink, linesOf } from "../src/index.ts";
import { withFake } from "./support/with-fake.ts";

interface Service {
  writeLogEntries(request: object, options: object): Promise<unknown> & { cancel?(): void };
}

const world = withFake();
let wire: Wire;

beforeAll(() => {
  const service = world.client.loggingService as unknown as Service;
  const write = service.writeLogEntries.bind(service);
  service.writeLogEntries = (request, options) => {
    const stop = new AbortController();
    const send = () => {
      const call = write(request, options);
      stop.signal.addEventListener("abort", () => call.cancel?.());
      return call;
    };
    const cancel = () => stop.abort(new Error("cancelled"));
    return Object.assign(wire(send, { signal: stop.signal }), { cancel });
  };
});

beforeEach(() => {
  world.fake.refuses = (entry) => {
    const forbidden = entry.jsonPayload?.fields?.metadata?.structValue?.fields?.forbidden;
    return forbidden?.boolValue ? "Field metadata.forbidden is not allowed." : null;
  };
});

describeSink("google-cloud", {
  open: (through) => {
    wire = through;
    return googleCloudSink({ client: world.client });
  },
  readBack: async ({ log }) => linesOf(await world.read(`labels.log="${log}"`)),
  faults: true,
  reject: { forbidden: true },
});
