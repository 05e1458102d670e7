import { answerErrorOf } from "./answer-error.ts";
import { usageOf } from "./answer-usage.ts";
import type { AnswerDescription, AnswerReader } from "./endpoint.ts";
import { commonlySaid } from "./json-answer.ts";
import { type Fields, fieldsOf } from "./json-fields.ts";
import { outputDigest } from "./output-digest.ts";
import { silentAnswer } from "./silent-answer.ts";

/** Reads images, streamed or not. Of each only a digest is kept; of the partial ones of a stream nothing. */
export class ImageAnswer implements AnswerReader {
  readonly #images: (string | null)[] = [];
  #said: AnswerDescription = silentAnswer;
  #begun = false;
  /** Whether a list of images was told, be it empty. */
  #isWhole = false;
  #done = false;

  get begun(): boolean {
    return this.#begun;
  }

  get ended(): boolean {
    return this.#done || this.#said.error !== null;
  }

  json(value: unknown): void {
    const body = fieldsOf(value);
    this.#said = commonlySaid(body);
    // Gateways answer with JSON of their own; only a list of images is an answer.
    if (!Array.isArray(body.data)) return;
    this.#isWhole = true;
    this.#done = true;
    for (const image of body.data) this.#add(fieldsOf(image));
  }

  event(data: string): void {
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    try {
      this.#read(fieldsOf(JSON.parse(data)));
    } catch {
      // An event that is no JSON tells nothing; the client will complain of it.
    }
  }

  /** A stream without `[DONE]` is whole when an image was completed: nothing says how many there will be. */
  end(): void {
    this.#done ||= this.#images.length > 0;
  }

  describe(): AnswerDescription {
    const isAnswered = this.#isWhole || this.#images.length > 0 || (this.#done && this.#said.error === null);
    return { ...this.#said, response: isAnswered ? this.#images : undefined };
  }

  #read(event: Fields): void {
    const { type } = event;
    if (event.error) this.#said = { ...this.#said, error: answerErrorOf(event.error) };
    if (typeof type !== "string" || !type.startsWith("image_generation.")) return;
    this.#begun = true;
    if (type !== "image_generation.completed") return;
    this.#add(event);
    if (event.usage) this.#said = { ...this.#said, usage: usageOf(event.usage) };
  }

  #add({ b64_json, url }: Fields): void {
    this.#images.push(outputDigest(b64_json ?? url));
  }
}
