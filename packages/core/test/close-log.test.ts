import { AuditError } from "../src/audit-error.ts";
import type { Exchange } from "../src/capture/exchange.ts";
import type { OpenedLog } from "../src/opened-log.ts";
import { closeLog } from "../src/shutdown/close-log.ts";
import { closeOptionsOf } from "../src/shutdown/close-options.ts";
import { RunningWork } from "../src/shutdown/running-work.ts";
import { codeOf, entriesIn, newDirectory, openLog } from "./support/journals.ts";

const never = new Promise<never>(() => {});
const event = { event_type: "test.event" } as const;

/** What a log is made of, each part of which may hang, and what was done with it. */
function partsWith({ recorderClose = async () => {}, deliveryClose = async (_ms: number) => {} } = {}) {
  const done: string[] = [];
  const noted = <Given extends unknown[]>(name: string, work: (...given: Given) => Promise<void>) => {
    return (...given: Given) => {
      done.push([name, ...given].join(" "));
      return work(...given);
    };
  };
  const parts = {
    directory: "/the/journal",
    recorder: { close: noted("recorder", recorderClose) },
    delivery: { close: noted("delivery", deliveryClose) },
    release: () => done.push("release"),
  };
  return { parts: parts as unknown as OpenedLog, done };
}

/** A call, which may be told that it is over, and take its time to be recorded. */
function running(work: RunningWork, recorded: Promise<void> = Promise.resolve()): Exchange {
  const exchange = {
    ended: (how: string) => {
      expect(how).toBe("abandoned");
      return recorded.then(() => void work.calls.delete(exchange));
    },
  } as unknown as Exchange;
  work.calls.add(exchange);
  return exchange;
}

const close = ({ parts }: ReturnType<typeof partsWith>, work: RunningWork, options: object) =>
  closeLog(parts, work, closeOptionsOf(options), 30);

test("what hangs holds nothing up: neither a disk, nor a sink, nor a call that cannot be recorded", async () => {
  const hanging = partsWith({ recorderClose: () => never, deliveryClose: () => never });
  const work = new RunningWork();
  running(work, never);
  const signal = AbortSignal.timeout(200);
  const closed = close(hanging, work, { waitForCallsMs: 10, deliverMs: 20, signal });
  await expect(closed).rejects.toMatchObject({
    code: "JOURNAL_UNWRITABLE",
    message: expect.stringMatching(/\/the\/journal .*30 ms/),
  });
  expect(hanging.done).toEqual(["recorder close", "delivery 20", "release"]);
});

test("a sink that hangs makes the end no failure", async () => {
  const hanging = partsWith({ deliveryClose: () => never });
  await close(hanging, new RunningWork(), { reason: "done", signal: AbortSignal.abort() });
  expect(hanging.done).toEqual(["recorder done", "delivery 5000", "release"]);
});

test("a journal that cannot be ended says so, and the sinks are closed all the same", async () => {
  const error = new AuditError("JOURNAL_UNWRITABLE", "The disk is full.");
  const full = partsWith({ recorderClose: () => Promise.reject(error) });
  await expect(close(full, new RunningWork(), {})).rejects.toBe(error);
  expect(full.done).toEqual(["recorder close", "delivery 5000", "release"]);
});

test("calls that run are waited for as long as is said, and the log ends as soon as there is none", async () => {
  const parts = partsWith();
  const work = new RunningWork();
  const calls = [running(work), running(work)];
  const closed = close(parts, work, { waitForCallsMs: 3_600_000 });
  for (const call of calls) {
    await new Promise(setImmediate);
    expect(parts.done).toEqual([]);
    work.calls.delete(call);
  }
  await closed;
  expect(parts.done).toEqual(["recorder close", "delivery 5000", "release"]);
});

test("a signal ends the waiting for calls", async () => {
  const parts = partsWith();
  const hurry = new AbortController();
  const work = new RunningWork();
  running(work);
  const closed = close(parts, work, { waitForCallsMs: 3_600_000, signal: hurry.signal });
  await new Promise(setImmediate);
  hurry.abort();
  await closed;
  expect(work.calls.size).toBe(0);
});

test("held work counts as running until it is settled, however it is", async () => {
  const { log } = openLog(newDirectory());
  const settle: (() => void)[] = [];
  log.hold(new Promise<void>((resolve) => settle.push(resolve)));
  log.hold(new Promise<void>((_resolve, reject) => settle.push(() => reject(new Error("of no interest")))));
  expect(await log.workEnded(0)).toBe(false);
  const ended = log.workEnded(3_600_000);
  for (const each of settle) each();
  expect(await ended).toBe(true);
  await log.close();
});

test("close() takes a reason or options, and is the same end when it is called again", async () => {
  const directory = newDirectory();
  const { log } = openLog(directory);
  await Promise.all([log.close({ reason: "deploy", waitForCallsMs: 10, deliverMs: 0 }), log.close("later")]);
  await log.close();
  expect(entriesIn(directory).at(-1)).toMatchObject({
    event_type: "audit.closed",
    detail: { reason: "deploy" },
  });
  expect(await codeOf(() => log.record(event))).toBe("LOG_CLOSED");
});

test.each([
  ["close()", { waitForCallsMs: -1 }, '"waitForCallsMs" of close() is not right: must be at least 0'],
  ["close()", { deliverMs: Number.NaN }, '"deliverMs" of close() is not right'],
  ["close()", { wait: 1 }, '"wait" of close() is not right'],
  ["flush()", { timeoutMs: "1" }, '"timeoutMs" of flush() is not right'],
])("%s refuses %j, and the log is as it was", async (method, options, message) => {
  const { log } = openLog(newDirectory());
  const refused = method === "close()" ? log.close(options as never) : log.flush(options as never);
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    message: expect.stringContaining(message),
  });
  await log.record(event);
  await log.close();
});

test("flush() says what is not on the disk when its time is up", async () => {
  const { log } = openLog(newDirectory(), {
    rootKey: { publicKey: Buffer.alloc(32, 1), sign: () => never, timeLimitMs: 200 },
    recordTimeoutMs: 30,
  });
  await expect(log.flush({ timeoutMs: 20 })).rejects.toMatchObject({
    code: "JOURNAL_UNWRITABLE",
    message: expect.stringMatching(/20 ms/),
  });
  await log.close().catch(() => undefined);
});
