import { Readable } from "node:stream";
import { BodyCollector } from "./body-collector.ts";
import { type Passage, passOn } from "./pass-on.ts";
import type { SentBody } from "./sent-body.ts";

/** A body that takes note of itself while fetch sends it. */
export interface TappedBody {
  /** What to send in its place: the same bytes in the same pieces, read no faster than they are sent. */
  readonly body: ReadableStream | AsyncIterable<Uint8Array>;
  /** Resolves when it was sent; with null when it was not sent to its end. */
  readonly sent: Promise<SentBody | null>;
}

/** Taps a stream, or whatever else can be iterated (a Node stream, a generator). Null when fetch would refuse it. */
export function tapBody(
  body: ReadableStream | AsyncIterable<Uint8Array>,
  contentType: string | null,
): TappedBody | null {
  // Its types know Node's own streams only.
  if ((body as ReadableStream).locked || Readable.isDisturbed(body as never)) return null;
  const collector = new BodyCollector(contentType);
  let settle: (sent: Promise<SentBody | null> | null) => void;
  const sent = new Promise<SentBody | null>((resolve) => {
    settle = resolve;
  });
  if (!(body instanceof ReadableStream)) {
    return { body: tapped(body, collector, (whole) => settle(whole ? collector.end() : null)), sent };
  }
  const passed = passOn(body, () => tap(body.getReader(), collector, settle));
  return { body: passed, sent };
}

function tap(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  collector: BodyCollector,
  settle: (sent: Promise<SentBody | null> | null) => void,
): Passage {
  return {
    async read() {
      try {
        const read = await reader.read();
        if (read.done) settle(collector.end());
        else if (read.value instanceof Uint8Array) collector.add(read.value);
        return read;
      } catch (error) {
        settle(null);
        throw error;
      }
    },
    cancel(reason) {
      settle(null);
      return reader.cancel(reason);
    },
  };
}

async function* tapped(
  body: AsyncIterable<Uint8Array>,
  collector: BodyCollector,
  over: (whole: boolean) => void,
): AsyncGenerator<Uint8Array> {
  let whole = false;
  try {
    for await (const chunk of body) {
      if (chunk instanceof Uint8Array) collector.add(chunk);
      yield chunk;
    }
    whole = true;
  } finally {
    over(whole);
  }
}
