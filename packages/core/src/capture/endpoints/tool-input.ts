import { valueDigest } from "../../privacy/digest.ts";
import { TextDigest } from "../../privacy/text-digest.ts";

/** What is longer counts as a text: it is the only thing of an answer that has to be held until it is whole. */
const longestHeld = 16 * 1024 * 1024;

/** The input of a tool: a value, or the JSON of one in pieces. */
export class ToolInput {
  readonly #value: unknown;
  readonly #text = new TextDigest();
  #json: string | null = "";

  constructor(value: unknown) {
    this.#value = value;
  }

  add(piece: string): void {
    this.#text.add(piece);
    if (this.#json !== null) this.#json += piece;
    if (this.#json !== null && this.#json.length > longestHeld) this.#json = null;
  }

  /** The digest of the value; of pieces that are no JSON, or too long, that of their text. */
  hex(): string | null {
    if (this.#json === "") return valueDigest(this.#value);
    try {
      if (this.#json !== null) return valueDigest(JSON.parse(this.#json));
    } catch {
      // The stream was cut, or the model has written no JSON.
    }
    return this.#text.hex();
  }
}
