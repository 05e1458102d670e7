import { strict as assert } from "node:assert";
import { bytesOf, usualLimits } from "./batches-within.ts";
import { sampleEvent, sampleEvents } from "./sample-drafts.ts";
import type { SinkPromise, Trial } from "./trial.ts";

/** Larger limits are tried up to here, so that a suite ends. */
const most = { entries: 10_000, bytes: 16 << 20 } as const;

function limitsOf({ sink }: Trial) {
  const { entries = usualLimits.entries, bytes = usualLimits.bytes } = sink.limits ?? {};
  const { overheadBytes = 0, entryBytes = bytes } = sink.limits ?? {};
  return {
    entries: Math.min(entries, most.entries),
    bytes: Math.min(bytes, most.bytes),
    overheadBytes,
    entryBytes: Math.min(entryBytes, most.bytes),
  };
}

/** That a batch as large as the limits allow is taken, to the entry and to the byte. */
export const limitPromises: readonly SinkPromise[] = [
  [
    "has the name of a sink, and limits that leave room for an entry",
    async ({ sink }) => {
      assert.match(sink.name, /^[a-z0-9][a-z0-9._-]{0,63}$/);
      for (const [name, value] of Object.entries(sink.limits ?? {})) {
        const least = name === "overheadBytes" ? 0 : name === "entries" ? 1 : 4096;
        assert(Number.isSafeInteger(value) && value >= least, `limits.${name} is ${value}`);
      }
    },
  ],
  [
    "takes a batch of as many entries as its limits allow",
    async (trial) => {
      const { entries, bytes } = limitsOf(trial);
      const [one] = trial.log.add(sampleEvent({ index: most.entries }));
      await trial.write([one!]);
      const fit = Math.min(entries, Math.floor(bytes / (bytesOf(one!, trial.sink.limits) + 32)));
      await trial.writeWhole(trial.log.add(...sampleEvents(fit)));
      await trial.assertKept();
    },
  ],
  [
    "takes a batch of as many bytes as its limits allow",
    async (trial) => {
      const { entries, bytes, overheadBytes, entryBytes } = limitsOf(trial);
      const largest = Math.min(entryBytes + overheadBytes, bytes);
      const whole = Math.min(bytes, entries * largest);
      const several = Math.min(3, Math.floor(whole / (smallest + overheadBytes)));
      const count = Math.min(entries, Math.max(Math.ceil(whole / largest), several));
      const upTo = (index: number) => Math.floor((whole * index) / count);
      const batch = Array.from({ length: count }, (_, index) => {
        return trial.log.addOfSize(upTo(index + 1) - upTo(index) - overheadBytes, sampleEvent());
      }).flat();
      assert.equal(
        batch.reduce((sum, entry) => sum + bytesOf(entry, trial.sink.limits), 0),
        whole,
      );
      await trial.writeWhole(batch);
      await trial.assertKept();
    },
  ],
  [
    "takes the largest entry that its limits allow",
    async (trial) => {
      const { bytes, overheadBytes, entryBytes } = limitsOf(trial);
      const size = Math.min(entryBytes, bytes - overheadBytes);
      await trial.writeWhole(trial.log.addOfSize(size, sampleEvent()));
      await trial.assertKept();
    },
  ],
];

/** No sample is larger before it is padded. */
const smallest = 2048;
