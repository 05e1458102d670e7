import { rmSync } from "node:fs";
import { join } from "node:path";
import { type AnchorRun, type AnchorSink, anchorEvery } from "../src/index.ts";
import { newDirectory, newJournal, root, writeLog } from "./support/world.ts";

const { jest } = import.meta;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "Date", "performance"] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** `Promise.withResolvers`, which Node 20 does not have. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

function started(directory: string, sinks: readonly AnchorSink[] = []) {
  const problems: string[] = [];
  const runs: AnchorRun[] = [];
  let next = deferred<void>();
  const ran = () => {
    next.resolve();
    next = deferred();
  };
  const timer = anchorEvery({
    directory,
    root,
    sinks,
    everyMs: 60_000,
    onProblem: ({ code }) => {
      problems.push(code);
      if (code.startsWith("JOURNAL")) ran();
    },
    onRun: (run) => {
      runs.push(run);
      ran();
    },
  });
  const settled = async () => {
    // What follows the run in the same turn.
    await new Promise<void>((turn) => setImmediate(turn));
  };
  return { timer, problems, runs, nextRun: () => next.promise.then(settled) };
}

test("anchors at once, and again each time the time has passed", async () => {
  const directory = await newJournal();
  const { timer, runs, problems, nextRun } = started(directory);
  await nextRun();
  await writeLog(directory);
  jest.advanceTimersByTime(59_999);
  expect(jest.getTimerCount()).toBe(1);
  const second = nextRun();
  jest.advanceTimersByTime(1);
  await second;
  expect(runs.map(({ anchored }) => anchored.length)).toEqual([1, 1]);
  expect(problems).toEqual([]);
  await timer.stop();
  expect(jest.getTimerCount()).toBe(0);
});

test("reports what contradicts, what could not be kept and what could not be done, and goes on", async () => {
  const failing: AnchorSink = { name: "failing", keep: () => Promise.reject(new Error("no")) };
  const directory = newDirectory();
  const { timer, problems, runs, nextRun } = started(directory, [failing]);
  await nextRun();
  expect(problems).toEqual(["JOURNAL_UNREADABLE"]);
  await writeLog(directory);
  const second = nextRun();
  jest.advanceTimersByTime(60_000);
  await second;
  expect(problems.splice(0)).toEqual(["JOURNAL_UNREADABLE", "ANCHOR_NOT_KEPT"]);
  for (const { file } of runs[0]!.verification.files) rmSync(join(directory, file));
  await writeLog(directory);
  const third = nextRun();
  jest.advanceTimersByTime(60_000);
  await third;
  expect(problems).toEqual(["ANCHOR_CONTRADICTED", "ANCHOR_NOT_KEPT"]);
  await timer.stop();
});
