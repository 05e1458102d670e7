import fc from "fast-check";
import { callsOf } from "../src/calls.ts";
import { cloudWatchSink } from "../src/index.ts";
import type { LogEvent } from "../src/log-event.ts";
import type { FakeCloudWatch } from "./fake-cloudwatch/fake-cloud-watch.ts";
import { calm, clientOf, logGroup, startFake } from "./support/cloud.ts";
import { dayMs, SealedLog, textIn } from "./support/sealed.ts";

let fake: FakeCloudWatch;
beforeAll(async () => {
  fake = await startFake();
});

/** A sink of texts, in a group whose stream is there, and the calls that are made from now on. */
function textSink() {
  const log = new SealedLog();
  fake.groups.deleteGroup(logGroup);
  fake.groups.createGroup(logGroup);
  fake.groups.createStream(logGroup, log.origin, fake.now);
  const before = fake.requests.length;
  return {
    log,
    sink: cloudWatchSink({ logGroup, client: clientOf(fake), format: textIn }),
    calls: () =>
      fake.requests
        .slice(before)
        .map(({ input }) => input.logEvents as { message: string; timestamp: number }[]),
    stored: () => fake.groups.stream(logGroup, log.origin).events.map(({ message }) => message),
  };
}

describe("a write becomes as many calls as the rules need", () => {
  test("a call is filled to the byte, counted as UTF-8 and 26 for each event, and not one more", async () => {
    const { log, sink, calls, stored } = textSink();
    // Two, three and four bytes a character.
    const texts = ["é".repeat(100_000), "世".repeat(100_000), "👋".repeat(100_000)];
    const rest = 1_048_576 - 26 * 4 - 900_000;
    const now = fake.now;
    await sink.write(log.add(now, ...[...texts, "x".repeat(rest)].map((text) => ({ text }))), calm());
    expect(calls().map((call) => call.length)).toEqual([4]);
    await sink.write(log.add(now, ...[...texts, "x".repeat(rest + 1)].map((text) => ({ text }))), calm());
    expect(calls().map((call) => call.length)).toEqual([4, 3, 1]);
    expect(stored()).toHaveLength(8);
  });

  test("10,001 events are two calls", async () => {
    const { log, sink, calls, stored } = textSink();
    const texts = Array.from({ length: 10_001 }, (_, index) => ({ text: `${index}` }));
    await sink.write(log.add(fake.now, ...texts), calm());
    expect(calls().map((call) => call.length)).toEqual([10_000, 1]);
    expect(stored()).toEqual(texts.map(({ text }) => text));
  });

  test("a day to the millisecond is one call, and more than a day are several", async () => {
    const { log, sink, calls, stored } = textSink();
    const begin = fake.now - 5 * dayMs;
    const at = (ms: number) => log.add(begin + ms, { text: `${ms}` });
    await sink.write([...at(0), ...at(dayMs)], calm());
    expect(calls()).toHaveLength(1);
    await sink.write([...at(0), ...at(dayMs + 1), ...at(2 * dayMs), ...at(2 * dayMs + 2)], calm());
    const days = calls().slice(1);
    expect(days.map((call) => call.map(({ message }) => Number(message)))).toEqual([
      [0],
      [dayMs + 1, 2 * dayMs],
      [2 * dayMs + 2],
    ]);
    expect(stored()).toHaveLength(6);
  });

  test("a clock that was set back is no obstacle: a call is in the order of the times, those of one time in the log's", async () => {
    const { log, sink, calls } = textSink();
    const now = fake.now;
    const batch = [3, 1, 1, 2, 1].flatMap((ms, index) => log.add(now + ms, { text: `${ms} ${index}` }));
    await sink.write(batch, calm());
    expect(calls().map((call) => call.map(({ message }) => message))).toEqual([
      ["1 1", "1 2", "1 4", "2 3", "3 0"],
    ]);
    expect(calls()[0]![0]!.timestamp).toBe(now + 1);
  });

  test("each log has its stream, whose events are in order", async () => {
    const { log, sink } = textSink();
    const other = new SealedLog();
    const [a, b] = log.add(fake.now, { text: "a" }, { text: "b" });
    const [c, d] = other.add(fake.now, { text: "c" }, { text: "d" });
    await sink.write([a!, c!, b!, d!], calm());
    const messages = (name: string) =>
      fake.groups.stream(logGroup, name).events.map(({ message }) => message);
    expect([messages(log.origin), messages(other.origin)]).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });
});

test("whatever comes, each call is within all rules, and all of them are what came", () => {
  const entry = new SealedLog().add(0, { text: "" })[0]!;
  const event = fc.record({
    timestamp: fc.oneof(
      fc.integer({ min: 0, max: 3 * dayMs }),
      fc.constantFrom(0, dayMs, dayMs + 1, 2 * dayMs),
    ),
    bytes: fc.oneof(
      fc.integer({ min: 27, max: 1_048_576 }),
      fc.integer({ min: 27, max: 2_000 }),
      fc.constant(524_288),
    ),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (given) => {
      const events: LogEvent[] = given.map((each, index) => ({ ...each, entry, message: `${index}` }));
      const calls = callsOf(events);
      const isRight = (call: LogEvent[]) => {
        const steps = call.slice(1).map(({ timestamp }, index) => timestamp - call[index]!.timestamp);
        const span = steps.reduce((sum, step) => sum + step, 0);
        const bytes = call.reduce((sum, event) => sum + event.bytes, 0);
        return call.length > 0 && bytes <= 1_048_576 && steps.every((step) => step >= 0) && span <= dayMs;
      };
      expect(calls.map(isRight)).toEqual(calls.map(() => true));
      const all = calls.flat().sort((a, b) => Number(a.message) - Number(b.message));
      expect(all.length === events.length && all.every((each, index) => each === events[index])).toBe(true);
      // No call could have taken the first event of the next: there are no more of them than are needed.
      for (const [index, [first]] of calls.slice(1).entries()) {
        const before = calls[index]!;
        const fits = before.reduce((sum, { bytes }) => sum + bytes, first!.bytes) <= 1_048_576;
        expect(fits && first!.timestamp - before[0]!.timestamp <= dayMs).toBe(false);
      }
    }),
  );
});

test("the service takes each call of whatever comes, and has all of it", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 349_000 }).map((length) => "世".repeat(length)),
  );
  const piece = fc.record({ text, agoMs: fc.integer({ min: 0, max: 3 * dayMs }) });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), async (pieces) => {
      const { log, sink, stored } = textSink();
      const now = fake.now;
      await sink.write(
        pieces.flatMap(({ text, agoMs }) => log.add(now - agoMs, { text })),
        calm(),
      );
      expect(stored().sort()).toEqual(pieces.map(({ text }) => text.toWellFormed()).sort());
    }),
    { numRuns: 5 },
  );
});
