import { AuditError } from "../src/audit-error.ts";
import type { Delivery } from "../src/delivery/delivery.ts";
import { draftEntry } from "../src/entry/draft-entry.ts";
import { Recording, type RecordingSetting } from "../src/guarantee/recording.ts";
import type { Recorder } from "../src/recorder.ts";
import type { SealedEntry } from "../src/seal/sealed-entry.ts";

const draft = draftEntry({
  event_type: "chat_completion",
  service: { name: "test", version: null, instance: "host/1" },
  status: "success",
  attribution: { how: "no_context", source: null },
  timestamp: "2026-11-24T12:00:00.000Z",
});
const busy = new AuditError("JOURNAL_BUSY", "There is no more room.");
const lost = new AuditError("SINK_UNAVAILABLE", "The sink takes nothing.");

/** Who waits for what, with a recorder and a delivery that a test decides on. */
function recording(given: {
  readonly append?: () => Promise<unknown>;
  readonly reached?: Delivery["reached"] | null;
  readonly failure?: AuditError;
  readonly setting?: Partial<RecordingSetting>;
}) {
  const { append = async () => undefined, reached = null, failure = null, setting } = given;
  const recorder = { failure: null, append: append as () => Promise<SealedEntry> } as Partial<Recorder>;
  return new Recording({
    recorder: recorder as Recorder,
    delivery: reached && ({ failure, reached } as Partial<Delivery> as Delivery),
    disk: null,
    guarantee: "write_ahead",
    onFailure: "block",
    recordTimeoutMs: 10_000,
    ...setting,
  });
}

describe("the time a call waits is for the journal and the required sinks together", () => {
  afterEach(() => {
    import.meta.jest.useRealTimers();
  });

  test.each([
    ["what the journal took is gone", 4_000, 6_000],
    ["more than it may take was no waiting: the process stood still", 12_000, 10_000],
  ])("%s", async (_what, tookMs, leftMs) => {
    import.meta.jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
    const given: number[] = [];
    const append = async () => void import.meta.jest.advanceTimersByTime(tookMs);
    const reached = async (timeoutMs: number) => void given.push(timeoutMs);
    await recording({ append, reached }).started(draft);
    expect(given).toEqual([leftMs]);
  });
});

describe.each(["started", "ended"] as const)("%s", (step) => {
  test.each([
    ["the recorder has no more room", { append: () => Promise.reject(busy) }, busy],
    ["a required sink takes nothing", { reached: () => Promise.reject(lost) }, lost],
  ])("block refuses when %s, continue goes on", async (_what, failing, error) => {
    await expect(recording(failing)[step](draft)).rejects.toBe(error);
    const continuing = recording({ ...failing, setting: { onFailure: "continue" } });
    await expect(continuing[step](draft)).resolves.toBeUndefined();
  });

  test("what cannot be sealed is refused in both: it would never be recorded", async () => {
    const unsealable = new AuditError("INVALID_ENTRY", "It has no JSON form.");
    const append = () => Promise.reject(unsealable);
    await expect(recording({ append, setting: { onFailure: "continue" } })[step](draft)).rejects.toBe(
      unsealable,
    );
  });
});

test("best_effort waits for nobody, and fails of nothing", async () => {
  const setting = { guarantee: "best_effort", onFailure: "continue" } as const;
  await recording({ append: () => new Promise(() => {}), setting }).ended(draft);
  await recording({ append: () => Promise.reject(busy), setting }).ended(draft);
});

test.each(["started", "ended"] as const)(
  "%s: continue waits for no sink that is known to fail",
  async (step) => {
    const asked: unknown[] = [];
    const reached: Delivery["reached"] = (_ms, options) => {
      asked.push(options?.untilFailure);
      return Promise.reject(lost);
    };
    await recording({ reached, failure: lost, setting: { onFailure: "continue" } })[step](draft);
    expect(asked).toEqual([]);
    await recording({ reached, setting: { onFailure: "continue" } })[step](draft);
    await recording({ reached })
      [step](draft)
      .catch(() => undefined);
    expect(asked).toEqual([true, false]);
  },
);
