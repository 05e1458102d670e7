import type { BodyObserver } from "./body-observer.ts";
import { passOn } from "./pass-on.ts";
import { WatchedReading } from "./watched-reading.ts";

export type DefaultReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

interface Observed {
  observer: BodyObserver;
  /** What stands in for the stream where only another stream can be observed. */
  passed: { deref(): ReadableStream | undefined } | null;
}

// On the stream itself: a WeakMap costs each call as much as all else that is done to its stream, and the collector more.
const key = Symbol("observed");

export function observedOf(stream: ReadableStream): Observed | undefined {
  return (stream as { [key]?: Observed })[key];
}

export function setObserved(stream: ReadableStream, observer: BodyObserver): void {
  (stream as { [key]?: Observed })[key] = { observer, passed: null };
}

/** The platform's own methods. */
export const native = ReadableStream.prototype;

export function passedOf(stream: ReadableStream): ReadableStream | undefined {
  return observedOf(stream)?.passed?.deref();
}

/**
 * The platform pipes, tees and fills buffers without asking a stream's own methods: those get a stream that can be seen
 * through. Of one that somebody reads already they get that one, to say so.
 *
 * @param mayBeLeft whether its reader may leave it, and another go on with it. Else only those who read it hold it, and
 * when they drop it the connection can be closed.
 */
export function pass(stream: ReadableStream, mayBeLeft: boolean): ReadableStream {
  const known = passedOf(stream);
  if (known ?? stream.locked) return known ?? stream;
  const passed = passOn(stream, () => readingOf(stream, native.getReader.call(stream) as DefaultReader), {
    methods: native,
    isHeld: mayBeLeft,
    isFollowed: true,
  });
  observedOf(stream)!.passed = mayBeLeft ? { deref: () => passed } : new WeakRef(passed);
  return passed;
}

export function readingOf(stream: ReadableStream, reader: DefaultReader): WatchedReading {
  return new WatchedReading(stream, reader, observedOf(stream)!.observer);
}
