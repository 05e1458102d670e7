import { valueDigest } from "../../privacy/digest.ts";
import { TextDigest } from "../../privacy/text-digest.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./json-fields.ts";
import { ResponsesPart } from "./responses-part.ts";

export type PartList = "content" | "summary";

/** The types of item that call a tool with a text, and the member that holds it. */
const givenMembers: ReadonlyMap<unknown, "arguments" | "input"> = new Map([
  ["function_call", "arguments"],
  ["custom_tool_call", "input"],
]);

/** One item of the output of a response, whole or put together from its pieces. */
export class ResponsesItem {
  readonly #type: string | null;
  readonly #name: string;
  readonly #callId: string;
  readonly #parts: Readonly<Record<PartList, Map<number, ResponsesPart>>>;
  #given = new TextDigest();
  /** The digest of an item of another type, which is kept as one. */
  readonly #value: string | null = null;

  constructor(item: unknown) {
    const { id, status, ...others } = fieldsOf(item);
    const { type, name, call_id, content, summary } = others;
    this.#type = typeof type === "string" ? type : null;
    this.#name = textOf(name);
    this.#callId = textOf(call_id);
    const parts = typeof content === "string" ? [{ type: "output_text", text: content }] : content;
    this.#parts = { content: partsOf(parts), summary: partsOf(summary) };
    const member = givenMembers.get(type);
    if (member) this.#given.add(textOf(others[member]));
    else if (!this.#saysInParts) this.#value = valueDigest(isObject(item) ? others : item);
  }

  get begun(): boolean {
    if (!this.#saysInParts) return true;
    return this.#allParts().some((part) => part.begun);
  }

  get refused(): boolean {
    return this.#allParts().some((part) => part.refused);
  }

  /** The name of the tool that it calls; of one that has no name, its type. Null when it calls none. */
  get toolName(): string | null {
    if (!this.#type || !/^openrouter:|_call$/.test(this.#type)) return null;
    return this.#name || this.#type;
  }

  /** The id under which the result of the tool will come back. */
  get callId(): string | null {
    return this.#type?.endsWith("_call") && this.#callId ? this.#callId : null;
  }

  /** Adds to a part, of this type if it is not there yet. */
  addText(list: PartList, index: number, type: string, piece: string): void {
    if (!this.#parts[list].has(index)) this.setPart(list, index, { type });
    this.#parts[list].get(index)!.add(piece);
  }

  setPart(list: PartList, index: number, part: unknown): void {
    this.#parts[list].set(index, new ResponsesPart(part));
  }

  addGiven(piece: string): void {
    this.#given.add(piece);
  }

  setGiven(text: string): void {
    this.#given = new TextDigest();
    this.#given.add(text);
  }

  /** The form the response digest is made over: docs/entry-format.md, "Responses". */
  canonical(): Fields {
    const type = this.#type;
    const member = givenMembers.get(type);
    if (member) return { [member]: this.#given.hex(), call_id: this.#callId, name: this.#name, type };
    if (type === "message") return { content: this.#formsOf("content"), type };
    if (type === "reasoning")
      return { content: this.#formsOf("content"), summary: this.#formsOf("summary"), type };
    return { item: this.#value, type };
  }

  get #saysInParts(): boolean {
    return this.#type === "message" || this.#type === "reasoning";
  }

  #allParts(): ResponsesPart[] {
    return [...this.#parts.content.values(), ...this.#parts.summary.values()];
  }

  #formsOf(list: PartList): Fields[] {
    const parts = [...this.#parts[list].entries()].sort(([a], [b]) => a - b);
    return parts.map(([, part]) => part.canonical());
  }
}

function partsOf(value: unknown): Map<number, ResponsesPart> {
  return new Map(listOf(value).map((part, index) => [index, new ResponsesPart(part)]));
}

const isObject = (value: unknown) => value !== null && typeof value === "object" && !Array.isArray(value);
