import type { Entry, Logging } from "@google-cloud/logging";
import { FakeGoogleLogging } from "../fake-google-logging/fake-google-logging.ts";

process.env.METADATA_SERVER_DETECTION = "none";

/** A fake and a client of it, which costs more than all that is done with it: every test finds the fake as new. */
export function withFake() {
  const world = {
    fake: undefined as unknown as FakeGoogleLogging,
    client: undefined as unknown as Logging,
    /** What a reader finds, in the order of Google. */
    async read(more = ""): Promise<Entry[]> {
      const filter = `timestamp>="2000-01-01T00:00:00Z"${more && ` AND ${more}`}`;
      const options = { filter, pageSize: 1000, orderBy: "timestamp asc" };
      const [entries] = await world.client.log("openrouter-audit").getEntries(options);
      return entries;
    },
  };
  beforeAll(async () => {
    world.fake = await FakeGoogleLogging.start();
    world.client = world.fake.client();
  });
  afterEach(() => world.fake.reset());
  afterAll(async () => {
    await (world.client.loggingService as unknown as { close(): Promise<void> }).close();
    await world.fake.stop();
  });
  return world;
}
