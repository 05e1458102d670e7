import { type InspectOptions, inspect, types } from "node:util";
import type { BodyObserver } from "./body-observer.ts";
import { cancelled } from "./cancelled.ts";
import { offCollected, type Watch } from "./on-collected.ts";
import { cancelWhenDropped, type Passage, type Read } from "./pass-on.ts";
import { unlessSilent } from "./unless-silent.ts";

/** Is called when nothing follows what was read last. Returns false when that was known already. */
export const whenOver = Symbol("whenOver");

/** Who waits for a chunk. */
export type Waiter = object & { [whenOver]?(): boolean };

/** Reads a body and lets an observer see it; its end reaches the reader when the observer is done with it. */
export class WatchedReading implements Passage {
  readonly #body: ReadableStream;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #observer: BodyObserver;
  #failure: Promise<never> | null = null;
  #isReleased = false;
  /** Whether nothing of interest follows. */
  #isWhole = false;
  /** Of a call that was aborted while its end was recorded. */
  #aborted: AbortSignal | null = null;
  #watch: Watch | null = null;
  #closed: Promise<void> | null = null;
  /** Who waits for a chunk. Kept till then: nobody else need hold on to a reader that was asked for one. */
  readonly #waiting: (Waiter | null)[] = [];

  /** @param reader of the body */
  constructor(
    body: ReadableStream,
    reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
    observer: BodyObserver,
  ) {
    this.#body = body;
    this.#reader = reader;
    this.#observer = observer;
  }

  /** Nobody else holds the reading: it ends when its holder is collected. */
  heldBy(holder: object): void {
    this.#watch = cancelWhenDropped(holder, this);
  }

  read(who: Waiter | null = null): Promise<Read> {
    if (this.#failure) return this.#failure;
    this.#waiting.push(who);
    const read = this.#reader.read();
    return (this.#aborted ? this.#unlessSilent(read, this.#aborted) : read).then(this.#seen, this.#broken);
  }

  /** What the console shows of the reader. */
  inspected(options: InspectOptions): string {
    return inspect(this.#reader, options);
  }

  async cancel(reason: unknown): Promise<void> {
    offCollected(this.#watch);
    const observer = this.#isReleased ? null : this.#observer;
    await cancelled(this.#body, observer, () => this.#reader.cancel(reason));
  }

  /** Somebody else may read on. What was asked for and has not come is not read. */
  release(): void {
    offCollected(this.#watch);
    this.#reader.releaseLock();
    this.#isReleased = true;
  }

  /** As a reader's `closed`: settles with the body, and no earlier than its end is recorded. */
  get closed(): Promise<void> {
    if (this.#isReleased) return this.#reader.closed.then(() => undefined);
    this.#closed ??= this.#reader.closed.then(this.#over, this.#failed);
    // As the platform's own it may be left alone.
    this.#closed.catch(() => undefined);
    return this.#closed;
  }

  // Promises are what a stream costs most, so that a chunk makes as few as can be.
  readonly #seen = (read: Read): Read | Promise<Read> => {
    const who = this.#waiting.shift();
    // Clients stop reading at the last event, so the end has to be recorded before they see it, and whatever follows it.
    // A fetch of the application's may send anything: what is no bytes is for whoever reads it to refuse.
    this.#isWhole ||= read.done || (types.isUint8Array(read.value) && this.#observer.chunk(read.value));
    return this.#isWhole ? this.#recorded(read, who) : read;
  };

  /** A stream says that it is closed before the read that empties it is answered. */
  readonly #over = async (): Promise<void> => {
    while (this.#waiting.length > 0) await null;
    return this.#failure ?? this.#observer.ended("end");
  };

  readonly #broken = async (error: unknown): Promise<Read> => {
    const who = this.#waiting.shift();
    await this.#failed(error).catch(() => undefined);
    return toldOf(error, who);
  };

  readonly #failed = async (error: unknown): Promise<never> => {
    if (!this.#isReleased) await this.#observer.ended("error", error).catch(() => undefined);
    throw error;
  };

  /** The caller gets no more of the answer, so that nothing more need be sent. Before an iterator lets go of the body. */
  #fail(error: unknown): void {
    this.#reader.cancel(error).catch(() => undefined);
    this.#failure ??= Promise.reject(error);
    this.#failure.catch(() => undefined);
  }

  #unlessSilent(read: Promise<Read>, signal: AbortSignal): Promise<Read> {
    return unlessSilent(read, signal, (reason) => this.#fail(reason));
  }

  async #recorded(read: Read, who: Waiter | null | undefined): Promise<Read> {
    offCollected(this.#watch);
    const { signal } = this.#observer;
    const mayAbort = signal?.aborted === false;
    try {
      await this.#observer.ended("end");
    } catch (error) {
      this.#fail(error);
      return toldOf(error, who);
    }
    if (read.done) who?.[whenOver]?.();
    else if (mayAbort && signal.aborted) this.#aborted = signal;
    return read;
  }
}

/** As with the platform's own, only the first step of an iterator learns of a failure. */
function toldOf(error: unknown, who: Waiter | null | undefined): Read {
  if (who?.[whenOver]?.() === false) return { done: true, value: undefined };
  throw error;
}
