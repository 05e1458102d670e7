import { type RunEveryOptions, runEvery } from "../src/journal/run-every.ts";

const { jest } = import.meta;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "Date", "performance"] });
});
afterEach(() => {
  jest.useRealTimers();
});

const turn = () => new Promise<void>((next) => setImmediate(next));

/** Runs whose ends the test decides; what was told, in order. */
function started(more: Partial<RunEveryOptions<number>> = {}) {
  const told: string[] = [];
  const ends: { end: () => void; fail: (cause: unknown) => void }[] = [];
  const timer = runEvery<number>({
    run: () =>
      new Promise((resolve, reject) => {
        ends.push({ end: () => resolve(ends.length), fail: reject });
      }),
    everyMs: 60_000,
    problemsOf: (run) => (run === 2 ? [{ code: "SECOND", message: "the second" }] : []),
    failedCode: "RUN_FAILED",
    onProblem: ({ code, message }) => told.push(`${code}: ${message}`),
    onRun: (run) => told.push(`run ${run}`),
    ...more,
  });
  return { timer, told, ends };
}

test("it runs at once, and again that long after each end; what a run found and what it threw are told", async () => {
  const { timer, told, ends } = started();
  jest.advanceTimersByTime(600_000);
  expect(ends).toHaveLength(1);
  ends[0]!.end();
  await turn();
  jest.advanceTimersByTime(59_999);
  expect([ends.length, told]).toEqual([1, ["run 1"]]);
  jest.advanceTimersByTime(1);
  expect(ends).toHaveLength(2);
  ends[1]!.end();
  await turn();
  jest.advanceTimersByTime(60_000);
  ends[2]!.fail(new Error("no disk"));
  await turn();
  jest.advanceTimersByTime(60_000);
  expect(told).toEqual(["run 1", "SECOND: the second", "run 2", "RUN_FAILED: no disk"]);
  expect(ends).toHaveLength(4);
  ends[3]!.end();
  await timer.stop();
  expect(jest.getTimerCount()).toBe(0);
});

test("it is stopped when the run under way has ended, and begins no other", async () => {
  const { timer, told, ends } = started();
  let stopped = false;
  const stopping = timer.stop().then(() => {
    stopped = true;
  });
  await turn();
  expect(stopped).toBe(false);
  ends[0]!.end();
  await stopping;
  jest.advanceTimersByTime(600_000);
  expect([told, ends.length, jest.getTimerCount()]).toEqual([["run 1"], 1, 0]);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("metrics down");
    },
  ],
  ["rejects", () => Promise.reject(new Error("metrics down"))],
])("a listener that %s is no failure of the run, and ends nothing", async (_, onRun) => {
  const { timer, told, ends } = started({ onRun });
  ends[0]!.end();
  await turn();
  expect(told).toEqual(["ON_RUN_FAILED: onRun threw: Error: metrics down"]);
  jest.advanceTimersByTime(60_000);
  expect(ends).toHaveLength(2);
  ends[1]!.end();
  await timer.stop();
});

test("what a listener of problems does not take is told as a warning of the process", async () => {
  const warned: unknown[] = [];
  const emit = jest.spyOn(process, "emitWarning").mockImplementation((...args: unknown[]) => {
    warned.push((args[1] as { code: string }).code);
  });
  const onProblem = () => {
    throw new Error("pager down");
  };
  const { timer, ends } = started({ onProblem });
  ends[0]!.fail(new Error("no disk"));
  await timer.stop();
  emit.mockRestore();
  expect(warned).toEqual(["RUN_FAILED", "ON_PROBLEM_FAILED"]);
});

test("a time that no timer can take is refused", () => {
  for (const everyMs of [0, 999, Number.NaN, 2 ** 31]) expect(() => started({ everyMs })).toThrow(/everyMs/);
});
