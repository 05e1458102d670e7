import { valueDigest } from "../../privacy/digest.ts";
import { TextDigest } from "../../privacy/text-digest.ts";
import { type Fields, fieldsOf, textOf } from "./json-fields.ts";
import { ToolInput } from "./tool-input.ts";

/** The types of block that are one text, and the member that holds it, in the block as in its deltas. */
const textMembers: ReadonlyMap<unknown, string> = new Map([
  ["text", "text"],
  ["thinking", "thinking"],
  ["compaction", "content"],
]);
const toolTypes: ReadonlySet<unknown> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);
/** What a block is that was not announced. */
const typesOfDeltas: ReadonlyMap<unknown, string> = new Map([
  ["text_delta", "text"],
  ["thinking_delta", "thinking"],
  ["compaction_delta", "compaction"],
  ["input_json_delta", "tool_use"],
]);

/** One block of a message's content, whole or put together from its pieces. Of texts only a running digest is kept. */
export class MessagesBlock {
  readonly #type: string | null;
  readonly #id: string;
  readonly #name: string;
  readonly #text = new TextDigest();
  readonly #input: ToolInput;
  /** The digest of a block of another type, which is kept as one. */
  readonly #value: string | null = null;

  constructor(block: unknown) {
    const fields = fieldsOf(block);
    this.#type = typeof fields.type === "string" ? fields.type : null;
    this.#id = textOf(fields.id);
    this.#name = textOf(fields.name);
    this.#input = new ToolInput(fields.input);
    const member = textMembers.get(this.#type);
    if (member) this.#text.add(textOf(fields[member]));
    else if (!this.#isTool) this.#value = valueDigest(block);
  }

  /** The block that a delta belongs to when none was begun; null when it tells none. */
  static of(delta: Fields): MessagesBlock | null {
    const type = typesOfDeltas.get(delta.type);
    return type === undefined ? null : new MessagesBlock({ type });
  }

  add(delta: Fields): void {
    const member = textMembers.get(this.#type);
    if (member) this.#text.add(textOf(delta[member]));
    else if (this.#isTool) this.#input.add(textOf(delta.partial_json));
  }

  get begun(): boolean {
    return !textMembers.has(this.#type) || !this.#text.isEmpty;
  }

  get toolName(): string | null {
    return this.#isTool ? this.#name : null;
  }

  /** The id under which the caller gives the result of the tool; of tools that others run, null. */
  get callId(): string | null {
    return this.#type === "tool_use" ? this.#id : null;
  }

  /** The form the response digest is made over: docs/entry-format.md, "Messages". */
  canonical(): Fields {
    const type = this.#type;
    const member = textMembers.get(type);
    if (member) return { [member]: this.#text.hex(), type };
    if (this.#isTool) return { id: this.#id, input: this.#input.hex(), name: this.#name, type };
    return { block: this.#value, type };
  }

  get #isTool(): boolean {
    return toolTypes.has(this.#type);
  }
}
