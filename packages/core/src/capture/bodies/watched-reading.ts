import { type InspectOptions, inspect, types } from "node:util";
import type { BodyObserver } from "./observe-body.ts";
import type { Passage, Read } from "./pass-on.ts";

/** Reads a body and lets an observer see it; its end reaches the reader when the observer is done with it. */
export class WatchedReading implements Passage {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #observer: BodyObserver;
  #failure: Promise<never> | null = null;
  #isReleased = false;
  #closed: Promise<void> | null = null;
  /** Who waits for a chunk. Kept till then: nobody else need hold on to a reader that was asked for one. */
  readonly #waiting: (object | null)[] = [];

  constructor(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, observer: BodyObserver) {
    this.#reader = reader;
    this.#observer = observer;
  }

  read(who: object | null = null): Promise<Read> {
    if (this.#failure) return this.#failure;
    this.#waiting.push(who);
    return this.#reader.read().then(this.#seen, this.#broken);
  }

  /** What the console shows of the reader. */
  inspected(options: InspectOptions): string {
    return inspect(this.#reader, options);
  }

  async cancel(reason: unknown): Promise<void> {
    // Named before it happens: cancelling makes a pending read look like an ordinary end.
    const ended = this.#isReleased ? undefined : this.#observer.ended("cancel").catch(() => undefined);
    await this.#reader.cancel(reason);
    await ended;
  }

  /** Somebody else may read on. What was asked for and has not come is not read. */
  release(): void {
    this.#reader.releaseLock();
    this.#isReleased = true;
  }

  /** As a reader's `closed`: settles with the body, and no earlier than its end is recorded. */
  get closed(): Promise<void> {
    if (this.#isReleased) return this.#reader.closed.then(() => undefined);
    this.#closed ??= this.#reader.closed.then(
      () => this.#failure ?? this.#observer.ended("end"),
      this.#failed,
    );
    // As the platform's own it may be left alone.
    this.#closed.catch(() => undefined);
    return this.#closed;
  }

  // Promises are what a stream costs most, so that a chunk makes as few as can be.
  readonly #seen = (read: Read): Read | Promise<Read> => {
    this.#waiting.shift();
    // Clients stop reading at the last event, so the end has to be recorded before they see it.
    if (read.done) return this.#recorded(read);
    // A fetch of the application's may send anything: what is no bytes is for whoever reads it to refuse.
    return types.isUint8Array(read.value) && this.#observer.chunk(read.value) ? this.#recorded(read) : read;
  };

  readonly #broken = (error: unknown): Promise<never> => {
    this.#waiting.shift();
    return this.#failed(error);
  };

  readonly #failed = async (error: unknown): Promise<never> => {
    if (!this.#isReleased) await this.#observer.ended("error", error).catch(() => undefined);
    throw error;
  };

  async #recorded(read: Read): Promise<Read> {
    try {
      await this.#observer.ended("end");
      return read;
    } catch (error) {
      // The caller gets no more of the answer, so that nothing more need be sent.
      this.#reader.cancel(error).catch(() => undefined);
      this.#failure = Promise.reject(error);
      return this.#failure;
    }
  }
}
