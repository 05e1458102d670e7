import { valueDigest } from "../../privacy/digest.ts";
import { TextDigest } from "../../privacy/text-digest.ts";
import { type Fields, fieldsOf, integerOf, listOf, termOf, textOf } from "./json-fields.ts";

interface ToolCall {
  id: string;
  name: string;
  readonly arguments: TextDigest;
}

/** One choice of a chat completion, put together from its pieces. Of long texts only a running digest is kept. */
export class ChatChoice {
  finishReason: string | null = null;
  nativeFinishReason: string | null = null;
  readonly #content = new TextDigest();
  readonly #reasoning = new TextDigest();
  readonly #refusal = new TextDigest();
  readonly #images: (string | null)[] = [];
  #toolCalls: Map<number, ToolCall> | null = null;
  #audio: { readonly data: TextDigest; readonly transcript: TextDigest } | null = null;

  /** Whether the model has said anything. */
  get begun(): boolean {
    return (
      !this.#content.isEmpty ||
      !this.#reasoning.isEmpty ||
      !this.#refusal.isEmpty ||
      this.#toolCalls !== null ||
      this.#images.length > 0 ||
      this.#audio !== null
    );
  }

  get refused(): boolean {
    return !this.#refusal.isEmpty;
  }

  /** In their order. */
  get toolCalls(): readonly { readonly id: string; readonly name: string }[] {
    return this.#orderedCalls();
  }

  /** Adds a whole `message`, or one `delta` of it. */
  add(choice: Fields, piece: Fields): void {
    this.finishReason = termOf(choice.finish_reason) ?? this.finishReason;
    this.nativeFinishReason = termOf(choice.native_finish_reason) ?? this.nativeFinishReason;
    this.addContent(piece.content);
    this.#reasoning.add(textOf(piece.reasoning));
    this.#refusal.add(textOf(piece.refusal));
    for (const image of listOf(piece.images)) this.#images.push(valueDigest(image));
    listOf(piece.tool_calls).forEach((call, position) => {
      this.#addToolCall(fieldsOf(call), position);
    });
    const legacy = fieldsOf(piece.function_call);
    if (legacy.name !== undefined || legacy.arguments !== undefined)
      this.#addToolCall({ function: legacy }, 0);
    if (piece.audio !== null && typeof piece.audio === "object") {
      const { data, transcript } = fieldsOf(piece.audio);
      this.#audio ??= { data: new TextDigest(), transcript: new TextDigest() };
      this.#audio.data.add(textOf(data));
      this.#audio.transcript.add(textOf(transcript));
    }
  }

  /** A text, or a list of parts. */
  addContent(content: unknown): void {
    if (!Array.isArray(content)) {
      this.#content.add(textOf(content));
      return;
    }
    for (const part of content) {
      const fields = fieldsOf(part);
      if (fields.type === "text") this.#content.add(textOf(fields.text));
      else this.#images.push(valueDigest(part));
    }
  }

  /** The form the response digest is made over: docs/entry-format.md, "Digests". */
  canonical(): Fields {
    return {
      audio: this.#audio && { data: this.#audio.data.hex(), transcript: this.#audio.transcript.hex() },
      content: this.#content.hex(),
      images: this.#images,
      reasoning: this.#reasoning.hex(),
      refusal: this.#refusal.hex(),
      tool_calls: this.#orderedCalls().map(({ id, name, arguments: given }) => ({
        arguments: given.hex(),
        id,
        name,
      })),
    };
  }

  #addToolCall(call: Fields, position: number): void {
    const index = integerOf(call.index) ?? position;
    this.#toolCalls ??= new Map();
    let known = this.#toolCalls.get(index);
    if (!known) {
      known = { id: "", name: "", arguments: new TextDigest() };
      this.#toolCalls.set(index, known);
    }
    const custom = fieldsOf(call.custom);
    const called = fieldsOf(call.function);
    known.id ||= textOf(call.id);
    known.name ||= textOf(called.name) || textOf(custom.name);
    known.arguments.add(textOf(called.arguments) + textOf(custom.input));
  }

  #orderedCalls(): ToolCall[] {
    return this.#toolCalls
      ? [...this.#toolCalls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call)
      : [];
  }
}
