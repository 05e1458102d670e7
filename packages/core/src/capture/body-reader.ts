import { createParser, type EventSourceParser } from "eventsource-parser";
import type { AnswerReader } from "./endpoint.ts";

/** Feeds the bytes of an answer to its reader: event by event when it is a stream, else as one JSON body. */
export class BodyReader {
  readonly #answer: AnswerReader;
  readonly #events: EventSourceParser | null;
  readonly #decoder = new TextDecoder();
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(answer: AnswerReader, contentType: string | null) {
    this.#answer = answer;
    const isStream = contentType?.toLowerCase().startsWith("text/event-stream") === true;
    this.#events = isStream ? createParser({ onEvent: ({ data }) => answer.event(data) }) : null;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isStream(): boolean {
    return this.#events !== null;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#events) this.#events.feed(this.#decoder.decode(bytes, { stream: true }));
    // Copied: a byte stream takes the buffer away from us when it passes it on.
    else if (this.#bytes <= this.#answer.longestBody) this.#chunks.push(Buffer.from(bytes));
    else this.#chunks = [];
  }

  /** No more bytes will come. Returns the raw body, of an answer that is no stream and not too long. */
  end(): Buffer {
    const body = Buffer.concat(this.#chunks);
    this.#chunks = [];
    if (this.#events) return body;
    try {
      this.#answer.json(JSON.parse(this.#decoder.decode(body)));
    } catch {
      // Cut off, or no JSON: then it says nothing we can read.
    }
    return body;
  }
}
