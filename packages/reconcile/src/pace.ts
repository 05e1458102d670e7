import { setTimeout } from "node:timers/promises";

/** What time it is, and how to let it pass. Tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws the signal's reason */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  wait: (ms, signal) =>
    setTimeout(ms, undefined, signal && { signal }).catch((error) => {
      // Its error is another one, with the reason in it.
      signal?.throwIfAborted();
      throw error;
    }),
};

const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
// A header that asks for more is a mistake, or an outage: who runs this may come back with --resume.
const longestObeyedMs = 15 * 60_000;

/**
 * How fast to ask: when OpenRouter says wait, all who ask wait. That is why this is no library: those that retry (p-retry,
 * async-retry) let each request wait for itself, while the others go on asking.
 */
export class Pace {
  readonly #clock: Clock;
  #mayGoOnAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when something may be asked. */
  async turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    for (let left = this.#left(); left > 0; left = this.#left()) await this.#clock.wait(left, signal);
  }

  /** To be told of each answer: `Retry-After`, and `X-RateLimit-Reset` when nothing remains. */
  heed(headers: Headers): boolean {
    const ms = retryAfterMs(headers, this.#clock.now()) ?? resetMs(headers, this.#clock.now());
    if (ms === null || ms <= 0) return false;
    this.#mayGoOnAt = Math.max(this.#mayGoOnAt, this.#clock.now() + Math.min(ms, longestObeyedMs));
    return true;
  }

  /** Nobody said how long: twice as long as the time before, less a random part. @param attempt from 0 */
  async backOff(attempt: number, signal?: AbortSignal): Promise<void> {
    const most = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt);
    await this.#clock.wait(most * (0.5 + Math.random() / 2), signal);
  }

  #left(): number {
    return this.#mayGoOnAt - this.#clock.now();
  }
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterMs(headers: Headers, now: number): number | null {
  const said = headers.get("retry-after");
  if (said === null) return null;
  const ms = /^\d+(?:\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - now;
  return Number.isFinite(ms) ? ms : null;
}

/** OpenRouter tells the time of the reset in milliseconds since 1970. */
function resetMs(headers: Headers, now: number): number | null {
  if (headers.get("x-ratelimit-remaining") !== "0") return null;
  const reset = Number(headers.get("x-ratelimit-reset"));
  if (!(reset > 0)) return null;
  return (reset < 1e11 ? reset * 1000 : reset) - now;
}

/** Works through all of it, so many at a time, and stops with the first that throws. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = iterator.next(); !next.done && !failed; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const done = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const each of done) if (each.status === "rejected") throw each.reason;
}
