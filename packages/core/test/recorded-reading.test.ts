import { type ActEnd, type ReadingLog, recordedAnswer, recordedRows } from "../src/index.ts";

/** A log that keeps how each reading ended. */
function memory() {
  const ends: ActEnd[] = [];
  const log: ReadingLog = {
    recordAct: async () => ({ id: "1", ended: async (end) => void ends.push(end) }),
  };
  return { log, ends };
}

async function* counted(until: number, failure?: Error) {
  for (let row = 0; row < until; row += 1) yield row;
  if (failure) throw failure;
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

const reading = { doing: "query" };

test("rows are those that were read, recorded or not", async () => {
  const { log, ends } = memory();
  expect(await all(recordedRows(log, reading, () => counted(3)))).toEqual([0, 1, 2]);
  expect(await all(recordedRows(null, reading, () => counted(3)))).toEqual([0, 1, 2]);
  expect(await all(recordedRows(undefined, reading, () => [4, 5]))).toEqual([4, 5]);
  expect(ends).toEqual([{ outcome: "complete", rows: 3 }]);
});

test("a row may be several", async () => {
  const { log, ends } = memory();
  await all(recordedRows(log, reading, () => [["a", "b"], [], ["c"]], { count: ({ length }) => length }));
  expect(ends).toEqual([{ outcome: "complete", rows: 3 }]);
});

test("nothing is read before it is recorded, nor at all when it cannot be", async () => {
  let isRead = false;
  let record!: () => void;
  const recorded = new Promise<void>((resolve) => {
    record = resolve;
  });
  const log: ReadingLog = {
    recordAct: async () => recorded.then(() => ({ id: "1", ended: async () => undefined })),
  };
  const first = recordedRows(log, reading, () => {
    isRead = true;
    return [1];
  }).next();
  await new Promise(setImmediate);
  expect(isRead).toBe(false);
  record();
  expect(await first).toEqual({ done: false, value: 1 });
  const refused: ReadingLog = { recordAct: () => Promise.reject(new Error("full")) };
  isRead = false;
  const read = async () => {
    isRead = true;
  };
  await expect(recordedAnswer(refused, reading, read)).rejects.toThrow("full");
  expect(isRead).toBe(false);
});

test("what a signal ended was stopped, also when it came to its end in order; anything else has failed", async () => {
  const { log, ends } = memory();
  const signal = AbortSignal.abort(new Error("enough"));
  const failure = new Error("broken");
  await all(recordedRows(log, reading, () => counted(1), { signal }));
  await expect(all(recordedRows(log, reading, () => counted(1, signal.reason), { signal }))).rejects.toThrow(
    "enough",
  );
  await expect(all(recordedRows(log, reading, () => counted(2, failure)))).rejects.toBe(failure);
  await expect(recordedAnswer(log, reading, () => Promise.reject(failure))).rejects.toBe(failure);
  await expect(recordedAnswer(log, reading, () => Promise.reject(signal.reason), { signal })).rejects.toThrow(
    "enough",
  );
  expect(await recordedAnswer(log, reading, async () => [1, 2], { rowsOf: ({ length }) => length })).toEqual([
    1, 2,
  ]);
  expect(ends).toEqual([
    { outcome: "stopped", rows: 1 },
    { outcome: "stopped", rows: 1 },
    { outcome: "failed", error: failure, rows: 2 },
    { outcome: "failed", error: failure },
    { outcome: "stopped" },
    { outcome: "complete", rows: 2 },
  ]);
});

test("that the end cannot be written is an error of the reading", async () => {
  const log: ReadingLog = {
    recordAct: async () => ({ id: "1", ended: () => Promise.reject(new Error("full")) }),
  };
  await expect(all(recordedRows(log, reading, () => [1]))).rejects.toThrow("full");
  await expect(recordedAnswer(log, reading, async () => 1)).rejects.toThrow("full");
});
