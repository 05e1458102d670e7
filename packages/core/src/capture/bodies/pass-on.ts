import type { UnderlyingByteSource } from "node:stream/web";
import { offCollected, onCollected, type Watch } from "./on-collected.ts";

export type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>["read"]>>;

/** Where the chunks come from, one at a time. It must not refer to the stream they are passed on by. */
export interface Passage {
  read(): Promise<Read>;
  cancel(reason: unknown): Promise<void>;
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
 */
export function passOn(
  original: ReadableStream,
  begin: () => Passage,
  options: { readonly methods?: Pick<ReadableStream, "getReader">; readonly isHeld?: boolean } = {},
): ReadableStream {
  const type = isByteStream(original, options.methods ?? original) ? "bytes" : undefined;
  const passage = begin();
  const source = new PassedSource(passage, type);
  const stream = new ReadableStream(source as UnderlyingByteSource, { highWaterMark: 0 });
  if (!options.isHeld) source.watch = cancelWhenDropped(stream, passage);
  return stream;
}

class PassedSource {
  readonly type: "bytes" | undefined;
  watch: Watch | null = null;
  readonly #passage: Passage;

  constructor(passage: Passage, type: "bytes" | undefined) {
    this.#passage = passage;
    this.type = type;
  }

  async pull(controller: ReadableByteStreamController): Promise<void> {
    const { done, value } = await this.#passage.read();
    if (!done) {
      controller.enqueue(value);
      return;
    }
    offCollected(this.watch);
    controller.close();
    // A pending BYOB read is answered only by this.
    controller.byobRequest?.respond(0);
  }

  cancel(reason: unknown): Promise<void> {
    offCollected(this.watch);
    return this.#passage.cancel(reason);
  }
}

function isByteStream(stream: ReadableStream, methods: Pick<ReadableStream, "getReader">): boolean {
  try {
    methods.getReader.call(stream, { mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
