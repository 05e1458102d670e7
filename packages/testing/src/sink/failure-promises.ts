import { strict as assert } from "node:assert";
import type { JsonObject } from "@openrouter-audit/core";
import { assertRejected } from "./rejection.ts";
import { sampleEvent, sampleEvents } from "./sample-drafts.ts";
import { assertRejects, endingOf } from "./settled.ts";
import type { SinkPromise, Trial } from "./trial.ts";

/** That a write may be stopped at any moment, and the sink is as good as before. */
export const abortPromises: readonly SinkPromise[] = [
  [
    "rejects what is stopped before it begins, and takes it afterwards",
    async (trial) => {
      const batch = trial.log.add(...sampleEvents(2));
      const write = trial.writeWhole(batch, AbortSignal.abort(new Error("The time is up.")));
      assert.equal(await endingOf(write), "rejected", "A write whose signal is aborted must reject at once.");
      await trial.write(batch);
      await trial.assertKept();
    },
  ],
  [
    "ends when it is stopped, at whatever moment, and takes it afterwards",
    async (trial) => {
      for (const turns of [0, 1, 2, 5, 20]) {
        const batch = trial.log.add(...sampleEvents(2));
        const stop = new AbortController();
        const write = trial.writeWhole(batch, stop.signal);
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
        stop.abort(new Error("The time is up."));
        const ending = await endingOf(write);
        assert.notEqual(ending, "stuck", "A write must end when its signal aborts.");
        if (ending === "rejected") await trial.write(batch);
      }
      await trial.assertKept();
    },
  ],
];

/** That failures of the place are told, and over when the place is well again. */
export const faultPromises: readonly SinkPromise[] = [
  ...(["before", "after"] as const).map((kind): SinkPromise => {
    const when = kind === "before" ? "refuses it" : "took it and the acknowledgement is lost";
    return [
      `does not acknowledge what is not kept when the place ${when}, at each of its requests, and takes it when it comes again`,
      async (trial) => {
        const requests = await requestsOf(trial);
        for (let request = 0; request < requests; request += 1) {
          const batch = trial.log.add(...sampleEvents(3));
          trial.wire.fail(kind, request);
          const ending = await endingOf(trial.writeWhole(batch));
          trial.wire.heal();
          assert.notEqual(ending, "stuck", "A write must end when the place fails.");
          if (ending === "rejected") await trial.write(batch);
          await trial.assertKept();
        }
      },
    ];
  }),
  [
    "rejects when it is stopped while the place does not answer, and takes it when it comes again",
    async (trial) => {
      await requestsOf(trial);
      const batch = trial.log.add(...sampleEvents(3));
      const stop = new AbortController();
      trial.wire.fail("stall");
      const write = trial.writeWhole(batch, stop.signal);
      const early = endingOf(write);
      await Promise.race([trial.wire.stalled(), early]);
      stop.abort(new Error("The time is up."));
      assert.equal(await early, "rejected", "A write must reject when its signal aborts.");
      // What was sent may arrive after all.
      trial.wire.heal();
      await trial.write(batch);
      await trial.write(trial.log.add(sampleEvent()));
      await trial.assertKept();
    },
  ],
  [
    "closes while the place is away",
    async (trial) => {
      trial.wire.fail("before");
      await trial.close();
    },
  ],
];

/** How many requests a write of three entries makes. */
async function requestsOf(trial: Trial): Promise<number> {
  const before = trial.wire.requests;
  await trial.writeWhole(trial.log.add(...sampleEvents(3)));
  const requests = trial.wire.requests - before;
  assert(
    requests > 0,
    "Nothing went through the wire: put it around what the sink sends, or leave out faults.",
  );
  return Math.min(requests, 10);
}

/** That entries which the place will never take are named, and cost no other. */
export function rejectionPromises(metadata: JsonObject): readonly SinkPromise[] {
  return [
    [
      "names the entries that the place will never take, with a reason, and keeps all others",
      async (trial) => {
        const [a, bad, b, worse, c] = trial.log.add(
          sampleEvent(),
          sampleEvent(metadata),
          sampleEvent(),
          sampleEvent(metadata),
          sampleEvent(),
        );
        const error = await assertRejects(
          trial.writeWhole([a!, bad!, b!, worse!, c!]),
          "A write with an entry that the place never takes must reject.",
        );
        assertRejected(error, [bad!.id, worse!.id]);
        await trial.write(trial.log.add(sampleEvent()));
        await trial.assertKept([bad!.id, worse!.id]);
      },
    ],
  ];
}
