import type { BodyObserver } from "./body-observer.ts";

/** Two who watch the same body: each sees all of it, and its end waits for both. */
export function bothObservers(one: BodyObserver, other: BodyObserver): BodyObserver {
  return {
    get signal() {
      return one.signal ?? other.signal;
    },
    chunk: (bytes) => [one, other].filter((each) => each.chunk(bytes)).length > 0,
    ended: async (...how) => void (await Promise.all([one.ended(...how), other.ended(...how)])),
  };
}
