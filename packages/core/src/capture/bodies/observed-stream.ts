import type { BodyObserver } from "./observe-body.ts";
import { ObservedIterator } from "./observed-iterator.ts";
import { ObservedReader } from "./observed-reader.ts";
import { passOn } from "./pass-on.ts";
import { WatchedReading } from "./watched-reading.ts";

type DefaultReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

interface Observed {
  readonly observer: BodyObserver;
  /** What stands in for the stream where only another stream can be observed. Held by those who read it. */
  passed: WeakRef<ReadableStream> | null;
}

const observed = new WeakMap<ReadableStream, Observed>();
const native = ReadableStream.prototype;

/**
 * Lets an observer see what is read of a stream, by whatever way. The stream stays the same object and its chunks are
 * passed on as they are: a second stream around it would double what each chunk costs, and a second `Response` forgets
 * what the first knew.
 *
 * @returns false for a stream that has ways of its own already
 */
export function observeStream(stream: ReadableStream, observer: BodyObserver): boolean {
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
    const passed = options?.mode === "byob" ? pass(this) : passedOf(this);
    if (passed) return passed.getReader(options as never) as never;
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
    return new ObservedIterator(this.getReader(), options?.preventCancel === true) as never;
  }

  override [Symbol.asyncIterator](): never {
    return this.values();
  }

  override tee(): never {
    return pass(this).tee() as never;
  }

  override pipeTo(...given: Parameters<ReadableStream["pipeTo"]>): Promise<void> {
    return pass(this).pipeTo(...given);
  }

  override pipeThrough(...given: Parameters<ReadableStream["pipeThrough"]>): never {
    return pass(this).pipeThrough(...given) as never;
  }
}

function passedOf(stream: ReadableStream): ReadableStream | undefined {
  return observed.get(stream)?.passed?.deref();
}

/** The platform pipes, tees and fills buffers without asking a stream's own methods: those get a stream that can be seen through. */
function pass(stream: ObservedStream): ReadableStream {
  const known = passedOf(stream);
  if (known) return known;
  const passed = passOn(
    stream,
    () => readingOf(stream, native.getReader.call(stream) as DefaultReader),
    native,
  );
  observed.get(stream)!.passed = new WeakRef(passed);
  return passed;
}

function readingOf(stream: ReadableStream, reader: DefaultReader): WatchedReading {
  return new WatchedReading(reader, observed.get(stream)!.observer);
}
