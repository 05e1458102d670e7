import { createHash, type Hash } from "node:crypto";
import type { AnswerReader } from "../endpoints/endpoint.ts";
import { EventReader } from "./event-reader.ts";

// Longer JSON is not read: only counted and digested.
const longestRead = 64 * 1024 * 1024;
const decoder = new TextDecoder();

// Whatever is in a file, nobody reads it here.
const fileType = "application/octet-stream";

/** Feeds the bytes of an answer to its reader: event by event when it is a stream, else as one JSON body. */
export class BodyReader {
  readonly #answer: AnswerReader;
  readonly #events: EventReader | null;
  #chunks: Buffer[] | null;
  #hash: Hash | null = null;
  #bytes = 0;
  #isTooLong = false;

  /** @param contentType of the answer; what is neither a stream nor JSON is not kept */
  constructor(answer: AnswerReader, contentType: string | null) {
    this.#answer = answer;
    const type = answer.isFile ? fileType : (contentType?.toLowerCase() ?? "");
    this.#events = type.startsWith("text/event-stream") ? new EventReader(answer) : null;
    this.#chunks = !this.#events && (type === "" || /json|text/.test(type)) ? [] : null;
  }

  /** How many there were; of a stream, up to the end of its last event. */
  get bytes(): number {
    return this.#bytes - (this.#events?.excess ?? 0);
  }

  get isStream(): boolean {
    return this.#events !== null;
  }

  /** Whether it was too long to be read. */
  get unread(): boolean {
    return this.#isTooLong || this.#events?.isTooLong === true;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#events) {
      this.#events.add(bytes);
      return;
    }
    if (this.#chunks && this.#bytes > longestRead) {
      this.#isTooLong = true;
      this.#hash = this.#hashOfChunks();
      this.#chunks = null;
    }
    // Copied: a byte stream takes the buffer away from us when it passes it on.
    if (this.#chunks) this.#chunks.push(Buffer.from(bytes));
    else this.#hash = (this.#hash ?? createHash("sha256")).update(bytes);
  }

  /**
   * No more bytes will come.
   *
   * @param inOrder whether the body came to its end
   */
  end(inOrder: boolean): void {
    if (this.#chunks?.length) {
      try {
        this.#answer.json(JSON.parse(decoder.decode(joined(this.#chunks))));
      } catch {
        // Cut off, or no JSON: then it says nothing we can read.
      }
    }
    if (inOrder && !this.unread) this.#answer.end();
  }

  /** The SHA-256 of a body that is no stream, in hexadecimal; null for a stream, and when there was nothing. */
  rawDigest(): string | null {
    if (this.#events || this.#bytes === 0) return null;
    return (this.#hash ?? this.#hashOfChunks()).digest("hex");
  }

  #hashOfChunks(): Hash {
    const hash = createHash("sha256");
    for (const chunk of this.#chunks ?? []) hash.update(chunk);
    return hash;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
