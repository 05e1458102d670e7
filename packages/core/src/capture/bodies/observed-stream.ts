import { bothObservers } from "./both-observers.ts";
import type { BodyObserver } from "./observe-body.ts";
import { ObservedIterator } from "./observed-iterator.ts";
import { ObservedReader } from "./observed-reader.ts";
import { passOn } from "./pass-on.ts";
import { WatchedReading } from "./watched-reading.ts";

type DefaultReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

interface Observed {
  observer: BodyObserver;
  /** What stands in for the stream where only another stream can be observed. */
  passed: { deref(): ReadableStream | undefined } | null;
}

const observed = new WeakMap<ReadableStream, Observed>();
const native = ReadableStream.prototype;

// Some ways to read pass by the stream's methods (a transfer to a worker, the constructor of a reader), and what nobody
// fetched is dropped without a word. Such a call is recorded when its stream is gone, not at the end of the process.
const collected = new FinalizationRegistry<BodyObserver>((observer) => {
  observer.ended("unobservable").catch(() => undefined);
});

/**
 * Lets an observer see what is read of a stream, by whatever way. The stream stays the same object and its chunks are
 * passed on as they are: a second stream around it would double what each chunk costs, and a second `Response` forgets
 * what the first knew.
 *
 * @returns false for a stream that has ways of its own already
 */
export function observeStream(stream: ReadableStream, observer: BodyObserver): boolean {
  const isObserved = observe(stream, observer);
  if (isObserved) collected.register(stream, observer);
  return isObserved;
}

function observe(stream: ReadableStream, observer: BodyObserver): boolean {
  const known = observed.get(stream);
  if (known) {
    // Of another log, or of another call that was given the same response.
    known.observer = bothObservers(known.observer, observer);
    return true;
  }
  if (Object.getPrototypeOf(stream) !== native || !Object.isExtensible(stream)) return false;
  observed.set(stream, { observer, passed: null });
  Object.setPrototypeOf(stream, ObservedStream.prototype);
  return true;
}

/** The methods of an observed stream. Never constructed: they are put before a stream's own. */
class ObservedStream extends ReadableStream<Uint8Array<ArrayBuffer>> {
  override get locked(): boolean {
    return passedOf(this)?.locked ?? super.locked;
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
    const ended = this.locked
      ? undefined
      : observed
          .get(this)!
          .observer.ended("cancel")
          .catch(() => undefined);
    await super.cancel(reason);
    await ended;
  }

  override values(options?: { preventCancel?: boolean }): never {
    return new ObservedIterator(this.getReader(), Boolean(options?.preventCancel)) as never;
  }

  override [Symbol.asyncIterator](): never {
    return this.values();
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

// Some tell a stream by the name of its class.
ObservedStream.prototype.constructor = ReadableStream;

function keepsOpen(options: { preventCancel?: boolean } | undefined): boolean {
  return Boolean(options?.preventCancel);
}

function passedOf(stream: ReadableStream): ReadableStream | undefined {
  return observed.get(stream)?.passed?.deref();
}

/**
 * The platform pipes, tees and fills buffers without asking a stream's own methods: those get a stream that can be seen
 * through. Of one that somebody reads already they get that one, to say so.
 *
 * @param mayBeLeft whether its reader may leave it, and another go on with it. Else only those who read it hold it, and
 * when they drop it the connection can be closed.
 */
function pass(stream: ObservedStream, mayBeLeft: boolean): ReadableStream {
  const known = passedOf(stream);
  if (known ?? stream.locked) return known ?? stream;
  const passed = passOn(stream, () => readingOf(stream, native.getReader.call(stream) as DefaultReader), {
    methods: native,
    isHeld: mayBeLeft,
  });
  observed.get(stream)!.passed = mayBeLeft ? { deref: () => passed } : new WeakRef(passed);
  return passed;
}

function readingOf(stream: ReadableStream, reader: DefaultReader): WatchedReading {
  return new WatchedReading(reader, observed.get(stream)!.observer);
}
