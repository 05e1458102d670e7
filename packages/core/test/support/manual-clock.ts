import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/delivery/clock.ts";

/** A clock that goes on only when it is told to. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { readonly at: number; readonly then: () => void }[] = [];
  #chance: () => number;

  readonly #atRest: () => Promise<unknown>;

  /** @param files whether what is tested works with files */
  constructor({ now = Date.now(), chance = (): number => 0.5, files = true } = {}) {
    this.#now = now;
    this.#chance = chance;
    this.#atRest = files ? filesAtRest : () => turn();
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#chance();
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.#now + ms, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers run. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass, timer after timer. In between, what was begun with files comes to its end: disks have clocks of their own. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await this.#atRest();
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.then();
    }
    this.#now = end;
    await this.#atRest();
  }

  /** Lets time pass, a quarter of a second at a time, until something is so. @throws when it is not within a day */
  async until(isSo: () => boolean, stepMs = 250): Promise<void> {
    for (let passed = 0; !isSo(); passed += stepMs) {
      if (passed > 86_400_000) throw new Error("a day has passed and it is not so");
      await this.pass(stepMs);
    }
  }
}

async function filesAtRest(): Promise<void> {
  // Between two steps of one piece of work there is a turn in which nothing is under way.
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await turn();
    if (process.getActiveResourcesInfo().some((name) => /^(?:FSReq|CloseReq|ZLIB)/.test(name))) quiet = 0;
  }
}
