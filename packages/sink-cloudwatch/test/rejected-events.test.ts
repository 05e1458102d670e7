import { EntriesRejected } from "@openrouter-audit/core";
import { cloudWatchSink } from "../src/index.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { calm, clientOf, logGroup, startFake } from "./support/cloud.ts";
import { dayMs, SealedLog, textIn } from "./support/sealed.ts";

let fake: FakeCloudWatch;
beforeAll(async () => {
  fake = await startFake();
});
afterEach(() => {
  fake.clockMs = 0;
});

const hourMs = 3_600_000;

function textSink() {
  const log = new SealedLog();
  fake.groups.deleteGroup(logGroup);
  return {
    sink: cloudWatchSink({ logGroup, client: clientOf(fake), format: textIn }),
    at: (ms: number, ...texts: string[]) => log.add(fake.now + ms, ...texts.map((text) => ({ text }))),
    stored: () => fake.groups.stream(logGroup, log.origin).events.map(({ message }) => message),
  };
}

const rejection = (write: Promise<void>) =>
  write.then(
    () => null,
    (error) => error,
  );

describe("an event that CloudWatch drops from a call it answers with 200", () => {
  test("is set aside with the reason when it is more than 14 days old; all others are kept", async () => {
    const { sink, at, stored } = textSink();
    const batch = [
      ...at(-15 * dayMs, "a"),
      ...at(-14 * dayMs - 1000, "b"),
      ...at(-14 * dayMs + 60_000, "c"),
      ...at(0, "d"),
    ];
    const error = await rejection(sink.write(batch, calm()));
    expect(error).toBeInstanceOf(EntriesRejected);
    expect(error.rejected).toEqual(
      [0, 1].map((index) => ({
        id: batch[index]!.id,
        reason: `CloudWatch did not keep it: its recorded_at, ${batch[index]!.recorded_at}, is more than 14 days old`,
      })),
    );
    expect(stored()).toEqual(["c", "d"]);
  });

  test("is set aside when the group keeps events for a shorter time", async () => {
    const { sink, at, stored } = textSink();
    fake.groups.createGroup(logGroup);
    fake.groups.setRetention(logGroup, 3);
    const batch = [...at(-15 * dayMs, "a"), ...at(-4 * dayMs, "b"), ...at(-2 * dayMs, "c"), ...at(0, "d")];
    const error = await rejection(sink.write(batch, calm()));
    expect(error.rejected.map(({ id }: { id: string }) => id)).toEqual([batch[0]!.id, batch[1]!.id]);
    expect(error.rejected[0].reason).toMatch(/more than 14 days old$/);
    expect(error.rejected[1].reason).toMatch(/older than the log group keeps events$/);
    expect(stored()).toEqual(["c", "d"]);
  });

  test("is waited for when it is more than two hours ahead: the write fails, and what was kept of it is not sent again", async () => {
    const { sink, at, stored } = textSink();
    const batch = [...at(2 * hourMs + 60_000, "early"), ...at(-60_000, "a"), ...at(2 * hourMs - 60_000, "b")];
    const error = await rejection(sink.write(batch, calm()));
    expect(error).not.toBeInstanceOf(EntriesRejected);
    expect(error.message).toBe(
      `CloudWatch takes nothing from more than 2 hours ahead, and did not keep 1 of the entries, the first with recorded_at ${batch[0]!.recorded_at}. Have the clock of their host set by NTP.`,
    );
    expect(await rejection(sink.write(batch, calm()))).toBeInstanceOf(Error);
    expect(stored()).toEqual(["a", "b"]);
    fake.clockMs = 2 * 60_000;
    await sink.write(batch, calm());
    expect(stored()).toEqual(["a", "b", "early"]);
    await sink.write(batch, calm());
    expect(stored()).toHaveLength(6);
  });

  test("is told when all three come together: nothing is set aside before the others are in", async () => {
    const { sink, at, stored } = textSink();
    fake.groups.createGroup(logGroup);
    fake.groups.setRetention(logGroup, 7);
    const batch = [
      ...at(-20 * dayMs, "old"),
      ...at(-8 * dayMs, "expired"),
      ...at(0, "kept"),
      ...at(3 * hourMs, "new"),
    ];
    expect((await rejection(sink.write(batch, calm()))).message).toMatch(/^CloudWatch takes nothing from/);
    fake.clockMs = 2 * hourMs;
    // The host's clock, by which requests are signed, is right meanwhile.
    await rejection(sink.write(batch, calm()));
    const error = await rejection(sink.write(batch, calm()));
    expect(error.rejected.map(({ id }: { id: string }) => id)).toEqual([batch[0]!.id, batch[1]!.id]);
    expect(stored()).toEqual(["kept", "new"]);
  });

  test("may be all of them", async () => {
    const { sink, at, stored } = textSink();
    const batch = at(-30 * dayMs, "a", "b");
    expect((await rejection(sink.write(batch, calm()))).rejected).toHaveLength(2);
    expect(stored()).toEqual([]);
  });
});

test("an entry of which the format makes nothing is set aside, and one whose time is none", async () => {
  const { sink, at, stored } = textSink();
  const [empty, kept, timeless] = at(0, "", "a", "b");
  const error = await rejection(sink.write([empty!, kept!, { ...timeless!, recorded_at: "soon" }], calm()));
  expect(error.rejected).toEqual([
    { id: empty!.id, reason: "the format made an empty text of it, and CloudWatch takes none" },
    { id: timeless!.id, reason: "its recorded_at is no time that CloudWatch knows" },
  ]);
  expect(stored()).toEqual(["a"]);
});

test("what was kept before a later call failed is not sent again", async () => {
  const { sink, at, stored } = textSink();
  await sink.write(at(0, "first"), calm());
  const batch = [...at(-3 * dayMs, "a", "b"), ...at(0, "c")];
  fake.faults.push(undefined, "reset");
  expect(await rejection(sink.write(batch, calm()))).toBeInstanceOf(Error);
  // Delivery may cut it otherwise when it comes again.
  await sink.write(batch.slice(0, 1), calm());
  await sink.write(batch.slice(1), calm());
  expect(stored()).toEqual(["first", "a", "b", "c"]);
});
