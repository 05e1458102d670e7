import type { Read } from "./pass-on.ts";
import { type Waiter, type WatchedReading, whenOver } from "./watched-reading.ts";

type Step = IteratorResult<Uint8Array<ArrayBuffer>, unknown>;

/** What `for await` gets of an observed stream. See WHATWG Streams, section 4.2.5, "Asynchronous iteration". */
export class ObservedIterator implements AsyncIterableIterator<Uint8Array<ArrayBuffer>>, Waiter {
  readonly #reading: WatchedReading;
  readonly #keepsOpen: boolean;
  #step: Promise<Read> | null = null;
  #isOver = false;

  /** @param keepsOpen whether leaving the loop does not cancel the stream */
  constructor(reading: WatchedReading, keepsOpen: boolean) {
    this.#reading = reading;
    this.#keepsOpen = keepsOpen;
    reading.heldBy(this);
  }

  // What a read comes to is a step as it is: a promise of our own for each chunk would cost as much as all else here.
  next(): Promise<Step> {
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    this.#step = this.#reading.read(this);
    return this.#step as Promise<Step>;
  }

  async return(value?: unknown): Promise<Step> {
    await this.#step?.catch(() => undefined);
    if (!this.#isOver) {
      const cancelled = this.#keepsOpen ? undefined : this.#reading.cancel(value);
      this[whenOver]();
      await cancelled;
    }
    return { done: true, value };
  }

  [whenOver](): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#reading.release();
    return true;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
