import { batchesWithin, usualLimits } from "./batches-within.ts";
import { assertRejected } from "./rejection.ts";
import {
  earlierSample,
  exactNumbers,
  fullSample,
  laterSample,
  oddTexts,
  sampleEvent,
  sampleEvents,
} from "./sample-drafts.ts";
import type { SinkPromise } from "./trial.ts";

/** That entries come out as they went in. */
export const contentPromises: readonly SinkPromise[] = [
  [
    "keeps all entries of a batch, and of one batch after the other, in order",
    async (trial) => {
      await trial.write(trial.log.add(...sampleEvents(25)));
      for (const event of sampleEvents(3)) await trial.write(trial.log.add(event));
      await trial.write(trial.log.add(...sampleEvents(2)));
      await trial.assertKept();
    },
  ],
  [
    "keeps every member of an entry, those that are null too, and every number exactly",
    async (trial) => {
      await trial.write(trial.log.add(fullSample(), sampleEvent(exactNumbers), sampleEvent()));
      await trial.assertKept();
    },
  ],
  [
    "keeps every text and every name as it is",
    async (trial) => {
      await trial.write(trial.log.add(sampleEvent(oddTexts), sampleEvent({ names: Object.keys(oddTexts) })));
      await trial.assertKept();
    },
  ],
  [
    "keeps entries of earlier and later versions with the members they have, no more and no fewer",
    async (trial) => {
      await trial.write(trial.log.add(earlierSample(), sampleEvent(), laterSample()));
      await trial.assertKept();
    },
  ],
  [
    "keeps a NUL in a text, or rejects that entry and keeps the others",
    async (trial) => {
      const batch = trial.log.add(sampleEvent(), sampleEvent({ text: "a\u0000b" }), sampleEvent());
      const bad = batch[1]!.id;
      try {
        await trial.write(batch);
      } catch (error) {
        assertRejected(error, [bad]);
        return trial.assertKept([bad]);
      }
      await trial.assertKept();
    },
  ],
  [
    "keeps an entry of a mebibyte, where its limits allow one",
    async (trial) => {
      const { bytes = usualLimits.bytes, entryBytes = bytes, overheadBytes = 0 } = trial.sink.limits ?? {};
      const size = Math.min(1 << 20, entryBytes, bytes - overheadBytes);
      await trial.write(trial.log.addOfSize(size, sampleEvent()));
      await trial.assertKept();
    },
  ],
  [
    "changes nothing that it is given",
    async (trial) => {
      const batches = batchesWithin(trial.sink.limits, trial.log.add(...sampleEvents(3), fullSample()));
      for (const batch of batches) await trial.writeWhole(deepFrozen(batch));
      await trial.assertKept();
    },
  ],
];

function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFrozen(member);
  return Object.freeze(value);
}
