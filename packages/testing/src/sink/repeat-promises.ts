import { sampleEvents } from "./sample-drafts.ts";
import type { SinkPromise } from "./trial.ts";

/** That what comes again is kept once: delivery is at least once. */
export const repeatPromises: readonly SinkPromise[] = [
  [
    "keeps one copy of what comes twice, also when it is cut into other batches",
    async (trial) => {
      const entries = trial.log.add(...sampleEvents(8));
      await trial.write(entries);
      await trial.write(entries);
      await trial.write(entries.slice(0, 4));
      await trial.write(entries.slice(4));
      for (const entry of entries) await trial.write([entry]);
      await trial.assertKept();
    },
  ],
  [
    "keeps what is new in a batch of which it has a part",
    async (trial) => {
      const entries = trial.log.add(...sampleEvents(9));
      await trial.write(entries.slice(0, 4));
      await trial.write(entries.slice(2, 7));
      await trial.write(entries);
      await trial.assertKept();
    },
  ],
  [
    "has what it acknowledged when it is opened again, and keeps one copy of what comes again then",
    async (trial) => {
      const entries = trial.log.add(...sampleEvents(5));
      await trial.write(entries);
      await trial.close();
      await trial.open();
      await trial.assertKept();
      await trial.write(entries);
      await trial.write(trial.log.add(...sampleEvents(2)));
      await trial.assertKept();
    },
  ],
];
