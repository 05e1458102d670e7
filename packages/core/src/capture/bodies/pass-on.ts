import type { UnderlyingByteSource } from "node:stream/web";
import { offCollected, onCollected, type Watch } from "./on-collected.ts";

export type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>["read"]>>;

/** Where the chunks come from, one at a time. It must not refer to the stream they are passed on by. */
export interface Passage {
  read(): Promise<Read>;
  cancel(reason: unknown): Promise<void>;
  /** Settles with the original, when everything that it had was read. */
  readonly closed?: Promise<void>;
}

/** Fetch closes the connection of an answer that was dropped unread; with its body locked by us it cannot know. */
export function cancelWhenDropped(holder: object, passage: Passage): Watch {
  return onCollected(holder, () => {
    passage.cancel("The response was garbage collected.").catch(() => undefined);
  });
}

/**
 * A stream that passes chunks on as they are asked for: nothing is read ahead. It is a byte stream if `original` is
 * one and else it is not, because a byte stream takes the buffers away from whoever made them.
 *
 * @param begin takes hold of the original
 * @param options.methods those of the original to ask what it is
 * @param options.isHeld whether the stream lives as long as the original, so that nobody can drop it
 * @param options.isFollowed whether it ends with the original also while nobody reads: a pipe that is held up looks out for that
 */
export function passOn(
  original: ReadableStream,
  begin: () => Passage,
  options: {
    readonly methods?: Pick<ReadableStream, "getReader">;
    readonly isHeld?: boolean;
    readonly isFollowed?: boolean;
  } = {},
): ReadableStream {
  const type = isByteStream(original, options.methods ?? original) ? "bytes" : undefined;
  const passage = begin();
  const source = new PassedSource(passage, type);
  const stream = new ReadableStream(source as UnderlyingByteSource, { highWaterMark: 0 });
  if (!options.isHeld) source.watch = cancelWhenDropped(stream, passage);
  if (options.isFollowed) follow(passage, new WeakRef(source));
  return stream;
}

/** The original must not hold on to what it is passed on by, which could not be dropped any more. */
function follow(passage: Passage, source: WeakRef<PassedSource>): void {
  passage.closed?.then(
    () => source.deref()?.over(closed),
    (error) => source.deref()?.over((controller) => controller.error(error)),
  );
}

type End = (controller: ReadableByteStreamController) => void;

class PassedSource {
  readonly type: "bytes" | undefined;
  watch: Watch | null = null;
  readonly #passage: Passage;
  #controller!: ReadableByteStreamController;
  #isPulling = false;
  #isOver = false;
  #end: End | null = null;

  constructor(passage: Passage, type: "bytes" | undefined) {
    this.#passage = passage;
    this.type = type;
  }

  start(controller: ReadableByteStreamController): void {
    this.#controller = controller;
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    this.#isPulling = true;
    const { done, value } = await this.#passage.read();
    this.#isPulling = false;
    if (!done) controller.enqueue(value);
    const end = done ? closed : this.#end;
    if (end) this.over(end);
  }

  cancel(reason: unknown): Promise<void> {
    this.#isOver = true;
    offCollected(this.watch);
    return this.#passage.cancel(reason);
  }

  /** The original is over. What was read of it goes first. */
  over(end: End): void {
    this.#end = end;
    if (this.#isOver || this.#isPulling) return;
    this.#isOver = true;
    offCollected(this.watch);
    end(this.#controller);
  }
}

function closed(controller: ReadableByteStreamController): void {
  controller.close();
  // A pending BYOB read is answered only by this.
  controller.byobRequest?.respond(0);
}

function isByteStream(stream: ReadableStream, methods: Pick<ReadableStream, "getReader">): boolean {
  try {
    methods.getReader.call(stream, { mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
