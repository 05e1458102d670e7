/** Time, as delivery needs it: tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** At least 0, below 1. */
  random(): number;
  /**
   * Calls back once. A process that has nothing else to do is not kept alive by it unless somebody `waits`.
   *
   * @returns what takes this back
   */
  after(ms: number, then: () => void, options?: { readonly waits?: boolean }): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, then, { waits = false } = {}) {
    const timer = setTimeout(then, ms);
    if (!waits) timer.unref();
    return () => clearTimeout(timer);
  },
};

const slices = 10;

/**
 * The same, of time in which the process was awake: it is counted in slices, and one that was stopped or frozen for an
 * hour has slept through one of them. What came in meanwhile is seen before anybody is given up.
 */
export function afterAwake(
  clock: Clock,
  ms: number,
  then: () => void,
  options?: { readonly waits?: boolean },
): () => void {
  let cancel = () => {};
  const slice = (left: number) => {
    cancel = clock.after(ms / slices, () => (left > 1 ? slice(left - 1) : then()), options);
  };
  slice(slices);
  return () => cancel();
}

/** Resolves when some work has ended, well or not, or when its time is up. */
export function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve, { waits: true });
    const ended = () => {
      cancel();
      resolve();
    };
    work.then(ended, ended);
  });
}
