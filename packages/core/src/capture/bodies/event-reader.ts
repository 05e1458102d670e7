import { createParser, type EventSourceParser } from "eventsource-parser";
import { endOfEvent } from "./end-of-event.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
// A longer line, or event, is not read: it would have to be held in memory.
const longestRead = 64 * 1024 * 1024;

/** Reads server-sent events out of bytes that are cut anywhere. */
export class EventReader {
  readonly #parser: EventSourceParser;
  readonly #isOver: () => boolean;
  #line: Buffer[] = [];
  #lineBytes = 0;
  #begun = false;
  #isTooLong = false;
  #excess = 0;

  /**
   * @param onData is given the data of each event
   * @param isOver whether nothing of interest follows the events so far
   */
  constructor(onData: (data: string) => void, isOver: () => boolean) {
    this.#isOver = isOver;
    this.#parser = createParser({
      onEvent: ({ data }) => onData(data),
      onError: ({ type }) => {
        this.#isTooLong ||= type === "max-buffer-size-exceeded";
      },
      maxBufferSize: longestRead,
    });
  }

  /** Whether an event was too long to be read. Nothing is read after it. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** How many bytes came after the event with which it was over: that some came with it is chance. */
  get excess(): number {
    return this.#excess;
  }

  /** Bytes are decoded by whole lines, so that no character is ever cut. */
  add(bytes: Uint8Array): void {
    if (this.#isTooLong) return;
    this.#take(bytes);
    if (!this.#isOver()) return;
    this.#excess += this.#lineBytes;
    this.#lineBytes = 0;
    this.#line = [];
  }

  #take(bytes: Uint8Array): void {
    const end = Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn)) + 1;
    if (end > 0) this.#feed(bytes.subarray(0, end));
    if (end === bytes.length) return;
    this.#lineBytes += bytes.length - end;
    if (this.#lineBytes > longestRead) {
      this.#isTooLong = true;
      this.#line = [];
      return;
    }
    // Copied: a byte stream takes the buffer away from us when it passes it on.
    this.#line.push(Buffer.from(bytes.subarray(end)));
  }

  #feed(lines: Uint8Array): void {
    const whole =
      this.#lineBytes > 0
        ? Buffer.concat([...this.#line, lines])
        : Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    this.#line = [];
    this.#lineBytes = 0;
    for (let start = 0; start < whole.length; ) {
      if (this.#isOver()) {
        this.#excess += whole.length - start;
        return;
      }
      const end = endOfEvent(whole, start);
      const text = whole.toString("utf8", start, end);
      this.#parser.feed(this.#begun ? text : withoutMark(text));
      this.#begun = true;
      start = end;
    }
  }
}

/** A byte order mark may stand before the first event. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
