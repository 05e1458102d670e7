import type { BodyObserver } from "./observe-body.ts";
import type { Passage, Read } from "./pass-on.ts";

/** Reads a body and lets an observer see it; its end reaches the reader when the observer is done with it. */
export class WatchedReading implements Passage {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #observer: BodyObserver;
  #failure: Promise<never> | null = null;
  #isReleased = false;
  #closed: Promise<void> | null = null;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, observer: BodyObserver) {
    this.#reader = reader;
    this.#observer = observer;
  }

  read(): Promise<Read> {
    return this.#failure ?? this.#reader.read().then(this.#seen, this.#failed);
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
    // Clients stop reading at the last event, so the end has to be recorded before they see it.
    return read.done || this.#observer.chunk(read.value) ? this.#recorded(read) : read;
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
