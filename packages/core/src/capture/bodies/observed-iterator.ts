import type { Read } from "./pass-on.ts";
import { native } from "./stand-in.ts";
import { type Waiter, type WatchedReading, whenOver } from "./watched-reading.ts";

type Step = IteratorResult<Uint8Array<ArrayBuffer>, unknown>;

const { [Symbol.asyncIterator]: itself } = {
  [Symbol.asyncIterator]<Self>(this: Self): Self {
    return this;
  },
};

/** What `for await` gets of an observed stream. See WHATWG Streams, section 4.2.5, "Asynchronous iteration". */
export class ObservedIterator implements AsyncIterableIterator<Uint8Array<ArrayBuffer>>, Waiter {
  readonly #reading: WatchedReading;
  readonly #keepsOpen: boolean;
  #step: Promise<Read> | null = null;
  #leaving: Promise<Step> | null = null;
  #isOver = false;

  // Its own and bound, as those of the platform are.

  // What a read comes to is a step as it is: a promise of our own for each chunk would cost as much as all else here.
  readonly next = (): Promise<Step> => {
    if (this.#leaving) return this.#leaving.then(over, over);
    if (this.#isOver) return Promise.resolve(over());
    this.#step = this.#reading.read(this);
    return this.#step as Promise<Step>;
  };

  /** At once where no step is waited for; each of several after the one before. */
  readonly return = (value?: unknown): Promise<Step> => {
    const leave = () => this.#leave(value);
    const before = this.#leaving ?? this.#step;
    this.#leaving = before ? before.then(leave, leave) : leave();
    return this.#leaving;
  };

  readonly [Symbol.asyncIterator] = itself;

  /** @param keepsOpen whether leaving the loop does not cancel the stream */
  constructor(reading: WatchedReading, keepsOpen: boolean) {
    this.#reading = reading;
    this.#keepsOpen = keepsOpen;
    reading.heldBy(this);
  }

  [whenOver](): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#reading.release();
    return true;
  }

  async #leave(value: unknown): Promise<Step> {
    if (!this.#isOver) {
      const cancelled = this.#keepsOpen ? undefined : this.#reading.cancel(value);
      this[whenOver]();
      await cancelled;
    }
    return { done: true, value };
  }
}

function over(): Step {
  return { done: true, value: undefined };
}

// For what the platform knows of all its iterators, `await using` among it.
Object.setPrototypeOf(
  ObservedIterator.prototype,
  Object.getPrototypeOf(native.values.call(new ReadableStream())),
);
// The console names a class; theirs is of none.
ObservedIterator.prototype.constructor = Object as never;
