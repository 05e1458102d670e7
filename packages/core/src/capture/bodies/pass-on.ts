import type { UnderlyingByteSource } from "node:stream/web";

export type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>["read"]>>;

/** Where the chunks come from, one at a time. It must not refer to the stream they are passed on by. */
export interface Passage {
  read(): Promise<Read>;
  /** Sees a chunk, or the end, before it is passed on; what it waits for is waited for. */
  seen?(read: Read): Promise<void> | undefined;
  /** Learns of a failure before it is passed on. */
  failed?(error: unknown): Promise<void> | undefined;
  cancel(reason: unknown): Promise<void>;
}

// Fetch closes the connection of an answer that was dropped unread; with its body locked by us it cannot know.
const dropped = new FinalizationRegistry<Passage>((passage) => {
  passage.cancel("The response was garbage collected.").catch(() => undefined);
});

/**
 * A stream that passes chunks on as they are asked for: nothing is read ahead. It is a byte stream if `original` is
 * one and else it is not, because a byte stream takes the buffers away from whoever made them.
 */
export function passOn(original: ReadableStream, passage: Passage): ReadableStream {
  const source = new PassedSource(passage, isByteStream(original) ? "bytes" : undefined);
  const stream = new ReadableStream(source as UnderlyingByteSource, { highWaterMark: 0 });
  dropped.register(stream, passage, passage);
  return stream;
}

/** Promises are what a stream costs most, so that each chunk makes as few as can be. */
class PassedSource {
  readonly type: "bytes" | undefined;
  readonly #passage: Passage;

  constructor(passage: Passage, type: "bytes" | undefined) {
    this.#passage = passage;
    this.type = type;
  }

  pull(controller: ReadableByteStreamController): Promise<void> {
    return this.#passage.read().then(
      (read) => {
        if (read.done) dropped.unregister(this.#passage);
        const waiting = this.#passage.seen?.(read);
        return waiting ? waiting.then(() => give(controller, read)) : give(controller, read);
      },
      async (error) => {
        await this.#passage.failed?.(error);
        throw error;
      },
    );
  }

  cancel(reason: unknown): Promise<void> {
    dropped.unregister(this.#passage);
    return this.#passage.cancel(reason);
  }
}

function give(controller: ReadableByteStreamController, { done, value }: Read): void {
  if (!done) {
    controller.enqueue(value);
    return;
  }
  controller.close();
  // A pending BYOB read is answered only by this.
  controller.byobRequest?.respond(0);
}

function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
