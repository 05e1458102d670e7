import { statSync } from "node:fs";
import { join } from "node:path";
import { deliveryFrom, WrittenLog } from "./support/delivery-world.ts";
import { newDirectory } from "./support/journals.ts";
import { ManualClock } from "./support/manual-clock.ts";
import { MemorySink } from "./support/memory-sink.ts";

const file = "audit_2026-11-25.jsonl";

/** Two that deliver to one required sink: the first has the lock, the second stands by. */
function two() {
  const directory = newDirectory();
  const clock = new ManualClock();
  const log = new WrittenLog();
  const sink = new MemorySink("must");
  const first = deliveryFrom(directory, [{ required: sink }], clock);
  const standBy = deliveryFrom(directory, [{ required: new MemorySink("must") }], clock);
  /** As a process does after a commit of its own. */
  const commit = (count: number) => {
    log.write(join(directory, file), count, new Date(clock.now()));
    const end = { file, size: statSync(join(directory, file)).size };
    for (const { delivery } of [first, standBy]) delivery.committed(end);
  };
  return { directory, clock, log, sink, first, standBy, commit };
}

/** How a promise has ended while time passed. */
async function ended(clock: ManualClock, promise: Promise<void>, ms: number): Promise<unknown> {
  let outcome: unknown = "waits";
  void promise.then(
    () => {
      outcome = "reached";
    },
    (error: { code?: unknown }) => {
      outcome = error.code;
    },
  );
  await clock.pass(ms);
  return outcome;
}

test("who stands by waits by the cursor of the one who delivers", async () => {
  const { clock, sink, first, standBy, commit } = two();
  let letGo = () => {};
  sink.before = () =>
    new Promise<void>((resolve) => {
      letGo = resolve;
    });
  commit(3);
  const [here, there] = [first.delivery.reached(10_000), standBy.delivery.reached(10_000)];
  expect(await ended(clock, Promise.race([here, there]), 5_000)).toBe("waits");
  sink.before = () => undefined;
  letGo();
  expect(await ended(clock, here, 100)).toBe("reached");
  expect(await ended(clock, there, 100)).toBe("reached");
  expect(first.delivery.status()[0]).toMatchObject({ state: "idle", delivered: 3 });
  expect(standBy.delivery.status()[0]).toMatchObject({ state: "elsewhere", lag: { bytes: 0, ms: 0 } });
});

test("nobody waits longer than was said, and then nothing begins, there and here, until the sink has it", async () => {
  const { clock, sink, first, standBy, commit } = two();
  sink.before = () => {
    throw new Error("connection refused");
  };
  commit(1);
  expect(await ended(clock, standBy.delivery.reached(2_000), 1_900)).toBe("waits");
  expect(await ended(clock, first.delivery.reached(2_000), 2_100)).toBe("SINK_UNAVAILABLE");
  for (const { delivery } of [first, standBy]) {
    expect(delivery.failure).toMatchObject({
      code: "SINK_UNAVAILABLE",
      message: expect.stringContaining("The sink must does not have what was recorded"),
    });
  }
  sink.before = () => undefined;
  await clock.pass(10_000);
  expect([first, standBy].map(({ delivery }) => delivery.failure)).toEqual([null, null]);
});

test("who has not waited knows from the cursor too that the one who delivers fails", async () => {
  const { clock, sink, standBy, commit } = two();
  expect(standBy.delivery.failure).toBeNull();
  sink.before = () => {
    throw new Error("connection refused");
  };
  commit(1);
  await clock.pass(5_000);
  expect(standBy.delivery.failure).toMatchObject({
    code: "SINK_UNAVAILABLE",
    message: expect.stringMatching(/the process that delivers cannot since .*Z: connection refused\./),
  });
  sink.before = () => undefined;
  await clock.pass(10_000);
  expect(standBy.delivery.failure).toBeNull();
});

test("one failure refuses nobody: the next try comes within a quarter of a second", async () => {
  const { clock, sink, first, standBy, commit } = two();
  let failures = 0;
  sink.before = () => {
    failures += 1;
    if (failures === 1) throw new Error("connection reset");
  };
  commit(1);
  const reached = first.delivery.reached(10_000);
  const there = standBy.delivery.reached(10_000);
  await clock.until(() => failures === 1, 10);
  // Who waits looks every 25 ms how the other is.
  await clock.pass(50);
  expect([first, standBy].map(({ delivery }) => delivery.failure)).toEqual([null, null]);
  expect(await ended(clock, reached, 250)).toBe("reached");
  expect(await ended(clock, there, 100)).toBe("reached");
});

test("when the one who delivers ends, who stands by goes on within a second or so, behind what was delivered", async () => {
  const { clock, log, sink, first, standBy, commit } = two();
  commit(2);
  await clock.pass(1_000);
  await first.close();
  expect(sink.closed).toBe(1);
  commit(2);
  await clock.pass(2_000);
  expect(sink.lines).toEqual(log.lines.slice(0, 2));
  expect(standBy.delivery.status()[0]).toMatchObject({ state: "idle", delivered: 2, lag: { bytes: 0 } });
});

test("who asks after the end for what the sink does not have is told at once", async () => {
  const { clock, sink, first, commit } = two();
  sink.before = () => {
    throw new Error("connection refused");
  };
  commit(1);
  await ended(clock, first.close(), 2_000);
  expect(await ended(clock, first.delivery.reached(10_000), 0)).toBe("SINK_UNAVAILABLE");
  expect(await ended(clock, first.delivery.flush(10_000), 0)).toBe("SINK_UNAVAILABLE");
});

test("how it is for who stands by is known without a look at the disk", async () => {
  const { clock, log, directory, sink, standBy, commit } = two();
  sink.before = () => {
    throw new Error("connection refused");
  };
  commit(1);
  await clock.pass(2_000);
  const before = standBy.delivery.status();
  expect(before[0]!.lag.bytes).toBe(statSync(join(directory, file)).size);
  log.write(join(directory, file), 1);
  expect(standBy.delivery.status()).toEqual(before);
  await clock.pass(2_000);
  expect(standBy.delivery.status()[0]!.lag.bytes).toBe(statSync(join(directory, file)).size);
});

test("a write that does not end is said when somebody has waited in vain, and when it does not stop, each once", async () => {
  const { clock, sink, first, standBy, commit } = two();
  let letGo = () => {};
  let isAborted = false;
  let hasBegun = false;
  sink.before = (_batch, signal) => {
    hasBegun = true;
    signal.addEventListener("abort", () => {
      isAborted = true;
    });
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  commit(1);
  // From then on its ten seconds count.
  while (!hasBegun) await clock.pass(0);
  expect(await ended(clock, first.delivery.reached(2_000), 1_900)).toBe("waits");
  expect(first.codes()).toEqual([]);
  await clock.pass(200);
  expect(first.codes()).toEqual(["SINK_UNAVAILABLE"]);
  expect(first.problems[0]!.message).toContain("not taken within 2 s");
  expect(first.cursor("must").failing_since).not.toBeNull();
  expect(first.delivery.failure).not.toBeNull();
  await clock.pass(8_000);
  expect(isAborted).toBe(true);
  await clock.pass(2_000);
  expect(first.problems[1]!.message).toMatch(
    /a write does not end.* restart this process if it does not\. Until/,
  );
  expect(standBy.delivery.failure).not.toBeNull();
  sink.before = () => undefined;
  letGo();
  await clock.pass(2_000);
  expect([first, standBy].map(({ delivery }) => delivery.failure)).toEqual([null, null]);
  expect(first.codes()).toEqual(["SINK_UNAVAILABLE", "SINK_UNAVAILABLE", "SINK_RECOVERED"]);
  expect(first.recovered).toEqual(["must"]);
  expect(first.cursor("must").failing_since).toBeNull();
});

test.each([
  ["rejects", () => Promise.reject(new Error("refused")), 3_000],
  ["hangs", () => new Promise<void>(() => {}), 10_100],
])(
  "when a sink %s, who does not insist waits until that is known, here and there",
  async (_how, before, ms) => {
    const { clock, sink, first, standBy, commit } = two();
    sink.before = before;
    commit(1);
    const waiting = [first, standBy].map(({ delivery }) =>
      ended(clock, delivery.reached(60_000, { untilFailure: true }), 0),
    );
    expect(await Promise.all(waiting)).toEqual(["waits", "waits"]);
    const insisting = first.delivery.reached(10_000);
    insisting.catch(() => undefined);
    const here = first.delivery.reached(60_000, { untilFailure: true });
    const there = standBy.delivery.reached(60_000, { untilFailure: true });
    expect(
      await ended(
        clock,
        Promise.all([here, there]).then(() => {}),
        ms,
      ),
    ).toBe("SINK_UNAVAILABLE");
    expect(await ended(clock, there, 1_000)).toBe("SINK_UNAVAILABLE");
    await expect(here).rejects.toMatchObject({ code: "SINK_UNAVAILABLE" });
  },
);
