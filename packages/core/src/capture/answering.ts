import { BodyReader } from "./bodies/body-reader.ts";
import type { AnswerDescription, AnswerReader, Endpoint } from "./endpoints/endpoint.ts";
import type { ResponseHead } from "./exchange-entry.ts";
import type { Ending } from "./outcome.ts";

/** The answering half of an exchange: what is seen of the response as it passes. */
export class Answering {
  readonly response: ResponseHead;
  readonly #answer: AnswerReader;
  readonly #body: BodyReader;
  readonly #elapsed: () => number;
  #said: AnswerDescription | null = null;
  #firstTokenMs: number | null = null;
  #isUnobservable = false;

  /** @param elapsed how long the exchange takes by now, in milliseconds */
  constructor(endpoint: Endpoint, { status, ok, headers }: Response, elapsed: () => number) {
    this.response = { status, ok, headers };
    this.#answer = endpoint.readAnswer(status);
    this.#body = new BodyReader(this.#answer, headers.get("content-type"));
    this.#elapsed = elapsed;
  }

  /** Returns true when nothing of interest follows. */
  add(bytes: Uint8Array): boolean {
    if (this.#isUnobservable) return false;
    try {
      this.#body.add(bytes);
      if (this.#firstTokenMs === null && this.#body.isStream && this.#answer.begun)
        this.#firstTokenMs = this.#elapsed();
      return this.#answer.ended;
    } catch {
      // That an answer cannot be read must cost nobody the answer, nor the call its entry.
      this.#isUnobservable = true;
      return false;
    }
  }

  /** No more will come. Returns how it ended, as far as that could be seen. */
  end(how: Ending["how"]): Ending["how"] {
    this.#isUnobservable ||= how === "unobservable";
    try {
      this.#body.end(how === "end");
      this.#said = this.#answer.describe();
    } catch {
      this.#isUnobservable = true;
    }
    if (this.#isUnobservable) return "unobservable";
    return this.#body.unread && how === "end" ? "unread" : how;
  }

  /** Known at the end. */
  get said(): AnswerDescription | null {
    return this.#said;
  }

  /** Whether the answer said all it had to say. */
  get isWhole(): boolean {
    return this.#answer.ended;
  }

  get firstTokenMs(): number | null {
    return this.#firstTokenMs;
  }

  /** Null when they could not be seen. */
  get bytes(): number | null {
    return this.#isUnobservable ? null : this.#body.bytes;
  }

  /** SHA-256 of a body that is no stream, in hexadecimal; null for a stream, and when there was nothing. */
  rawDigest(): string | null {
    return this.#body.rawDigest();
  }
}
