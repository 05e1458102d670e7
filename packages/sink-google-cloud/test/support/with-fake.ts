import type { Entry, Logging } from "@google-cloud/logging";
import { FakeGoogleLogging } from "../fake-google-logging/fake-google-logging.ts";

process.env.METADATA_SERVER_DETECTION = "none";

/** A fresh fake for each test, and clients of it that are closed at the end. */
export function withFake() {
  const clients: Logging[] = [];
  let reader: Logging | undefined;
  const world = {
    fake: undefined as unknown as FakeGoogleLogging,
    client(projectId?: string): Logging {
      const client = world.fake.client(projectId);
      clients.push(client);
      return client;
    },
    /** All that a reader finds, in the order of Google. */
    async read(more = "", log = "openrouter-audit"): Promise<Entry[]> {
      const filter = `timestamp>="2000-01-01T00:00:00Z"${more && ` AND ${more}`}`;
      const options = { filter, pageSize: 1000, orderBy: "timestamp asc" };
      reader ??= world.client();
      const [entries] = await reader.log(log).getEntries(options);
      return entries;
    },
  };
  beforeEach(async () => {
    reader = undefined;
    world.fake = await FakeGoogleLogging.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) {
      await (client.loggingService as unknown as { close(): Promise<void> }).close();
    }
    await world.fake.stop();
  });
  return world;
}
