import { afterAwake, type Clock } from "./clock.ts";

interface Waiter<Milestone> {
  readonly milestone: Milestone;
  readonly deadline: number;
  readonly untilFailure: boolean;
  readonly reached: Promise<void>;
  readonly resolve: () => void;
  readonly giveUp: () => void;
}

/** Those whose time is up so soon after another's, for the same milestone, wait with it: a commit has many callers. */
const togetherMs = 20;

/** Those who wait for a milestone, each for its time at most. */
export class Waiters<Milestone> {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter<Milestone>>();
  #newest: Waiter<Milestone> | null = null;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /**
   * @param late makes the error that is thrown when the time is up
   * @param untilFailure whether not to wait any longer when it is known that it is in vain: see {@link Waiters.fail}
   */
  until(milestone: Milestone, ms: number, late: () => Error, untilFailure = false): Promise<void> {
    if (this.#isOver) return Promise.reject(late());
    const newest = this.#newest;
    const deadline = this.#clock.now() + ms;
    const isSame = newest?.milestone === milestone && newest.untilFailure === untilFailure;
    if (isSame && Math.abs(deadline - newest.deadline) < togetherMs) return newest.reached;
    const { promise, resolve, reject } = deferred();
    const giveUp = () => end(() => reject(late()));
    const waiter = {
      milestone,
      deadline,
      untilFailure,
      reached: promise,
      resolve: () => end(resolve),
      giveUp,
    };
    const cancel = afterAwake(this.#clock, ms, giveUp, { waits: true });
    const end = (then: () => void) => {
      cancel();
      this.#waiting.delete(waiter);
      if (this.#newest === waiter) this.#newest = null;
      then();
    };
    this.#waiting.add(waiter);
    this.#newest = waiter;
    return promise;
  }

  /** Nobody will reach anything more: those who wait are told now, and those who come later at once. */
  giveUp(): void {
    this.#isOver = true;
    for (const { giveUp } of this.#waiting) giveUp();
  }

  /** It is known that it is in vain: those who wait until then are told now. */
  fail(): void {
    for (const { untilFailure, giveUp } of this.#waiting) if (untilFailure) giveUp();
  }

  /** Lets go those whose milestone is reached. */
  settle(isReached: (milestone: Milestone) => boolean): void {
    for (const { milestone, resolve } of this.#waiting) if (isReached(milestone)) resolve();
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}
