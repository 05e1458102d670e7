import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { sampleEvent } from "./sample-drafts.ts";
import type { SinkPromise } from "./trial.ts";

/** That a sink lets go. */
export const closePromises: readonly SinkPromise[] = [
  [
    "closes twice, and without having been used",
    async (trial) => {
      const { sink } = trial;
      await trial.close();
      await sink.close?.();
      await trial.open();
      await trial.close();
      await trial.assertKept();
    },
  ],
  [
    "leaves nothing open when it is closed: no file, no socket, no timer",
    async (trial) => {
      const rounds = 8;
      const once = async () => {
        await trial.close();
        await trial.open();
        await trial.write(trial.log.add(sampleEvent()));
      };
      // What a client that is shared keeps open for itself is open by now.
      await once();
      await once();
      const before = openNow();
      for (let round = 0; round < rounds; round += 1) await once();
      const after = openNow();
      // Others in this process may open something meanwhile, hardly once in every round.
      const left = [...after].filter(([what, count]) => count - (before.get(what) ?? 0) >= rounds);
      assert.deepEqual(
        left.map(([what]) => what),
        [],
        `Opened and closed ${rounds} times, this is left each time.`,
      );
      await trial.assertKept();
    },
  ],
];

/** How many of each kind of thing keep the process from ending, and files. */
function openNow(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const what of process.getActiveResourcesInfo()) counts.set(what, (counts.get(what) ?? 0) + 1);
  const files = descriptors();
  if (files !== null) counts.set("file descriptor", files);
  return counts;
}

function descriptors(): number | null {
  try {
    return readdirSync("/dev/fd").length;
  } catch {
    // There is no such folder on Windows.
    return null;
  }
}
