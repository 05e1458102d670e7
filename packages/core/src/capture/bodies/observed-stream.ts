import { Readable } from "node:stream";
import type { BodyObserver } from "./body-observer.ts";
import { bothObservers } from "./both-observers.ts";
import { cancelled } from "./cancelled.ts";
import { ObservedIterator } from "./observed-iterator.ts";
import { ObservedReader } from "./observed-reader.ts";
import { offCollected, onCollected, type Watch } from "./on-collected.ts";
import {
  type DefaultReader,
  native,
  observedOf,
  pass,
  passedOf,
  readingOf,
  setObserved,
} from "./stand-in.ts";

/**
 * Some ways to read pass by the stream's methods (a transfer to a worker, the constructor of a reader), and what nobody
 * fetched is dropped without a word. Such a call is recorded when its stream is gone, not at the end of the process.
 */
class UntilCollected implements BodyObserver {
  /** Null when the body is over: whoever keeps the response is not to keep the request too. */
  #observer: BodyObserver | null;
  readonly #watch: Watch;
  #end: Promise<void> | null = null;

  constructor(stream: ReadableStream, observer: BodyObserver) {
    this.#observer = observer;
    this.#watch = onCollected(stream, () => {
      observer.ended("unobservable").catch(() => undefined);
    });
  }

  get signal(): AbortSignal | null {
    return this.#observer?.signal ?? null;
  }

  chunk(bytes: Uint8Array): boolean {
    return this.#observer?.chunk(bytes) ?? false;
  }

  ended(...how: Parameters<BodyObserver["ended"]>): Promise<void> {
    if (this.#end) return this.#end;
    offCollected(this.#watch);
    this.#end = this.#observer!.ended(...how);
    this.#observer = null;
    return this.#end;
  }
}

/**
 * Lets an observer see what is read of a stream, by whatever way. The stream stays the same object and its chunks are
 * passed on as they are: a second stream around it would double what each chunk costs, and a second `Response` forgets
 * what the first knew.
 *
 * @returns false for a stream that has ways of its own already
 */
export function observeStream(stream: ReadableStream, observer: BodyObserver): boolean {
  const known = observedOf(stream);
  if (known) {
    // Of another log, or of another call that was given the same response.
    known.observer = bothObservers(known.observer, new UntilCollected(stream, observer));
    return true;
  }
  if (Object.getPrototypeOf(stream) !== native || !Object.isExtensible(stream)) return false;
  setObserved(stream, new UntilCollected(stream, observer));
  Object.setPrototypeOf(stream, ObservedStream.prototype);
  return true;
}

const disturbed = Symbol.for("nodejs.stream.disturbed");

/** The methods of an observed stream. Never constructed: they are put before a stream's own. */
class ObservedStream extends ReadableStream<Uint8Array<ArrayBuffer>> {
  override get locked(): boolean {
    return passedOf(this)?.locked ?? super.locked;
  }

  /** What `bodyUsed` asks for: a pipe counts from its beginning, though it has read nothing. */
  get [disturbed](): boolean {
    const passed = passedOf(this);
    return (passed && Readable.isDisturbed(passed as never)) || Reflect.get(native, disturbed, this);
  }

  override getReader(options?: { mode?: "byob" }): never {
    const passed = options?.mode === "byob" ? pass(this, true) : passedOf(this);
    if (passed) return native.getReader.call(passed, options as never) as never;
    return new ObservedReader(
      readingOf(this, super.getReader(options as never) as unknown as DefaultReader),
    ) as never;
  }

  override async cancel(reason?: unknown): Promise<void> {
    const passed = passedOf(this);
    if (passed) return passed.cancel(reason);
    const { observer } = observedOf(this)!;
    await cancelled(this, this.locked ? null : observer, () => super.cancel(reason));
  }

  override values(options?: { preventCancel?: boolean }): never {
    const passed = passedOf(this);
    if (passed) return native.values.call(passed, options) as never;
    const isKeptOpen = keepsOpen(options);
    const reading = readingOf(this, super.getReader() as unknown as DefaultReader);
    return new ObservedIterator(reading, isKeptOpen) as never;
  }

  override [Symbol.asyncIterator](options?: { preventCancel?: boolean }): never {
    return this.values(options);
  }

  override tee(): never {
    return native.tee.call(pass(this, false)) as never;
  }

  override pipeTo(...given: Parameters<ReadableStream["pipeTo"]>): Promise<void> {
    return native.pipeTo.apply(pass(this, keepsOpen(given[1])), given);
  }

  override pipeThrough(...given: Parameters<ReadableStream["pipeThrough"]>): never {
    return native.pipeThrough.apply(pass(this, keepsOpen(given[1])), given) as never;
  }
}

// Who goes through the names of a stream finds what it finds in a stream's own prototype.
for (const name of Object.keys(native))
  if (Object.hasOwn(ObservedStream.prototype, name))
    Object.defineProperty(ObservedStream.prototype, name, { enumerable: true });

// Some tell a stream by the name of its class.
ObservedStream.prototype.constructor = ReadableStream;

function keepsOpen(options: { preventCancel?: boolean } | undefined): boolean {
  return Boolean(options?.preventCancel);
}
