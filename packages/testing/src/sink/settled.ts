import { strict as assert } from "node:assert";

// Not a measure of speed: who obeys an aborted signal takes a moment, and who does not never ends.
const patienceMs = 1500;

/** How a write ended, `stuck` when it did not. */
export type Ending = "kept" | "rejected" | "stuck";

/** Waits until a write that was told to stop is over. */
export async function endingOf(write: Promise<void>): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<Ending>((resolve) => {
    // A turn more of the event loop: when the process was held up, the answer may be there, unheard.
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, "stuck")), patienceMs);
  });
  const over = write.then(
    (): Ending => "kept",
    (): Ending => "rejected",
  );
  try {
    return await Promise.race([over, stuck]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asserts that a write rejects. */
export async function assertRejects(write: Promise<void>, message: string): Promise<unknown> {
  let reason: unknown;
  await assert.rejects(
    write,
    (error) => {
      reason = error;
      return true;
    },
    message,
  );
  return reason;
}
