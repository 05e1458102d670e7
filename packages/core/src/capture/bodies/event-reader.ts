import { createParser, type EventSourceParser } from "eventsource-parser";
import type { AnswerReader } from "../endpoints/endpoint.ts";
import { endOfEvent, endsInEmptyLine } from "./end-of-event.ts";
import { plainData } from "./plain-event.ts";
import { WholeLines } from "./whole-lines.ts";

// A longer line, or event, is not read: it would have to be held in memory.
const longestRead = 64 * 1024 * 1024;

/**
 * Reads server-sent events out of bytes that are cut anywhere. The parser reads them all but for two cases, which are
 * nearly all of a stream: it takes 2 to 3 µs for an event, half of what the whole audit of a stream may cost.
 */
export class EventReader {
  readonly #answer: AnswerReader;
  readonly #parser: EventSourceParser;
  readonly #lines = new WholeLines();
  #begun = false;
  /** Whether the parser holds nothing, so that the next byte begins an event. */
  #isBetween = true;
  /** The bytes of the event that is being parsed, if they are all at hand. */
  #event: Buffer | undefined;
  #isTooLong = false;
  #excess = 0;

  /** @param answer is given the events until it has ended: what comes after belongs to no entry, in whatever piece it comes */
  constructor(answer: AnswerReader) {
    this.#answer = answer;
    this.#parser = createParser({
      onEvent: ({ data }) => answer.event(data, this.#event),
      onError: ({ type }) => {
        this.#isTooLong ||= type === "max-buffer-size-exceeded";
      },
      maxBufferSize: longestRead,
    });
    // It takes a mark for one also where each of its bytes is a character, but only in what it is given first.
    this.#parser.feed("");
  }

  /** Whether an event was too long to be read. Nothing is read after it. */
  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** How many bytes came after the event with which it was over: that some came with it is chance. */
  get excess(): number {
    return this.#excess;
  }

  add(bytes: Uint8Array): void {
    if (this.#isTooLong) return;
    this.#read(this.#lines.add(bytes));
    const { pending } = this.#lines;
    if (pending > longestRead) this.#isTooLong = true;
    if (this.#answer.ended) this.#excess += pending;
    if (this.#isTooLong || this.#answer.ended) this.#lines.drop();
  }

  #read(lines: Uint8Array): void {
    for (let start = 0; start < lines.length && !this.#isTooLong; ) {
      if (this.#answer.ended) {
        this.#excess += lines.length - start;
        return;
      }
      const end = this.#isBetween ? (this.#answer.goOn?.(lines, start) ?? -1) : -1;
      start = end < 0 ? this.#readEvent(lines, start) : end;
    }
  }

  /** Reads an event, or as much as there is of it, and says where it ends. */
  #readEvent(lines: Uint8Array, start: number): number {
    const buffer = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    const end = endOfEvent(buffer, start);
    const bytes = buffer.subarray(start, end);
    const wasBetween = this.#isBetween;
    this.#isBetween = endsInEmptyLine(bytes);
    const isWhole = wasBetween && this.#isBetween;
    const data = isWhole ? plainData(bytes) : null;
    if (data !== null) this.#answer.event(data, bytes);
    else this.#parse(bytes, isWhole);
    this.#begun = true;
    return end;
  }

  #parse(bytes: Buffer, isWhole: boolean): void {
    const text = bytes.toString();
    // What began with a mark says something else where there can be none.
    this.#event = isWhole && this.#begun ? bytes : undefined;
    this.#parser.feed(this.#begun ? text : withoutMark(text));
  }
}

/** A byte order mark may stand before the first event. */
function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
