import { valueDigest } from "../../privacy/digest.ts";
import { TextDigest } from "../../privacy/text-digest.ts";
import { type Fields, fieldsOf, textOf } from "./json-fields.ts";

/** The types of part that are one text, and the member that holds it. */
const textMembers: ReadonlyMap<unknown, "text" | "refusal"> = new Map([
  ["output_text", "text"],
  ["reasoning_text", "text"],
  ["summary_text", "text"],
  ["refusal", "refusal"],
]);

/** One part of what an item of a response says. Of its text only a running digest is kept. */
export class ResponsesPart {
  readonly #type: string | null;
  readonly #text = new TextDigest();
  /** The digest of a part that is no text. */
  readonly #value: string | null = null;

  constructor(part: unknown) {
    const fields = fieldsOf(part);
    this.#type = typeof fields.type === "string" ? fields.type : null;
    const member = textMembers.get(this.#type);
    if (member) this.#text.add(textOf(fields[member]));
    else this.#value = valueDigest(part);
  }

  add(piece: string): void {
    this.#text.add(piece);
  }

  get begun(): boolean {
    return !textMembers.has(this.#type) || !this.#text.isEmpty;
  }

  get refused(): boolean {
    return this.#type === "refusal" && !this.#text.isEmpty;
  }

  canonical(): Fields {
    const member = textMembers.get(this.#type);
    return { type: this.#type, ...(member ? { [member]: this.#text.hex() } : { part: this.#value }) };
  }
}
