import type { AuditEntry } from "@openrouter-audit/core";
import { flakySink, memorySink, type SinkFault } from "@openrouter-audit/testing/sink";

const entry = (id: string) => ({ id }) as AuditEntry;
const [a, b, c] = [entry("a"), entry("b"), entry("c")];
const calm = () => ({ signal: new AbortController().signal });

test.each<[string, SinkFault, object, string[]]>([
  ["fails before anything is kept", { fail: "before" }, { message: /failed, as it was told/ }, []],
  [
    "fails after everything is kept",
    { fail: "after" },
    { message: /failed, as it was told/ },
    ["a", "b", "c"],
  ],
  ["fails in the middle", { fail: 2 }, { message: /failed, as it was told/ }, ["a", "b"]],
  [
    "fails with an error of the test",
    { fail: 0, error: new Error("ECONNRESET") },
    { message: /ECONNRESET/ },
    [],
  ],
  [
    "rejects one entry for good",
    { reject: ({ id }) => (id === "b" ? "too odd" : null) },
    { rejected: [{ id: "b", reason: "too odd" }] },
    ["a", "c"],
  ],
])("a write %s, and the next one goes through", async (_what, fault, error, kept) => {
  const memory = memorySink();
  const flaky = flakySink(memory, [fault]);
  const caught = await flaky.write([a, b, c], calm()).catch((thrown) => thrown);
  expect(caught).toMatchObject(
    "message" in error ? { message: expect.stringMatching(error.message as RegExp) } : error,
  );
  expect(memory.entries.map(({ id }) => id)).toEqual(kept);
  await flaky.write([a, b, c], calm());
  expect(memory.entries).toHaveLength(3);
  expect(flaky.writes.map(({ entries }) => entries)).toEqual([3, 3]);
  expect(flaky.writes[1]!.ended).toBe("kept");
});

test("what hangs until it is aborted rejects with the reason; what hangs until it is released does not", async () => {
  const memory = memorySink();
  const flaky = flakySink(memory);
  flaky.next({ hang: "until_aborted" }, { hang: "until_released" }, { delayMs: 3_600_000 });
  for (const late of [false, true, false]) {
    const stop = new AbortController();
    const write = flaky.write([a], { signal: stop.signal });
    await flaky.received(flaky.writes.length);
    stop.abort(new Error("time is up"));
    if (late) {
      expect(flaky.writes.at(-1)!.ended).toBe("running");
      flaky.release();
    }
    await expect(write).rejects.toThrow();
  }
  expect(flaky.writes.map(({ ended }) => ended)).toEqual(["aborted", "aborted", "aborted"]);
  flaky.next({ hang: "until_released" });
  const write = flaky.write([a], calm());
  expect(memory.entries).toEqual([]);
  flaky.release();
  await write;
  expect(memory.entries).toEqual([a]);
});

test("is down until it comes back, sees writes that overlap, and closes what it stands before", async () => {
  const memory = memorySink({ name: "inner", limits: { entries: 2 } });
  const flaky = flakySink(memory, ({ index }) => (index === 3 ? { hang: "until_released" } : undefined));
  expect(flaky).toMatchObject({ name: "inner", limits: { entries: 2 } });
  flaky.goDown();
  for (let times = 0; times < 3; times += 1) await expect(flaky.write([a], calm())).rejects.toThrow();
  flaky.comeBack();
  const hanging = flaky.write([a], calm());
  await flaky.write([b], calm());
  flaky.release();
  await hanging;
  expect(flaky.overlaps).toBe(1);
  await flaky.received(5);
  await flaky.close!();
  expect(memory.closed).toBe(true);
});
