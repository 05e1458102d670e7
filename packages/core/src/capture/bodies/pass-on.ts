import type { UnderlyingByteSource } from "node:stream/web";

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>["read"]>>;

/** Where the chunks come from, one at a time. It must not refer to the stream they are passed on by. */
export interface Passage {
  next(): Promise<Read>;
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
  const source = {
    async pull(controller: ReadableByteStreamController) {
      const { done, value } = await passage.next();
      if (!done) {
        controller.enqueue(value);
        return;
      }
      controller.close();
      // A pending BYOB read is answered only by this.
      controller.byobRequest?.respond(0);
    },
    cancel: (reason: unknown) => passage.cancel(reason),
  };
  const type = isByteStream(original) ? "bytes" : undefined;
  const stream = new ReadableStream({ ...source, type } as UnderlyingByteSource, { highWaterMark: 0 });
  dropped.register(stream, passage);
  return stream;
}

function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
