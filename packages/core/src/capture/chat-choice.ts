import { type Fields, fieldsOf, integerOf, listOf, nameOf } from "./json-fields.ts";

interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** One choice of a chat completion, put together from its pieces. */
export class ChatChoice {
  finishReason: string | null = null;
  nativeFinishReason: string | null = null;
  #content = "";
  #reasoning = "";
  #refusal = "";
  readonly #images: unknown[] = [];
  readonly #toolCalls = new Map<number, ToolCall>();
  #audio: { data: string; transcript: string } | null = null;

  /** Whether the model has said anything. */
  get begun(): boolean {
    return (
      this.#content !== "" ||
      this.#reasoning !== "" ||
      this.#refusal !== "" ||
      this.#toolCalls.size > 0 ||
      this.#images.length > 0 ||
      this.#audio !== null
    );
  }

  get toolNames(): string[] {
    return this.#orderedCalls().map((call) => call.name);
  }

  /** Adds a whole `message`, or one `delta` of it. */
  add(choice: Fields, piece: Fields): void {
    this.finishReason = nameOf(choice.finish_reason) ?? this.finishReason;
    this.nativeFinishReason = nameOf(choice.native_finish_reason) ?? this.nativeFinishReason;
    this.#addContent(piece.content);
    this.#reasoning += textOf(piece.reasoning);
    this.#refusal += textOf(piece.refusal);
    this.#images.push(...listOf(piece.images));
    listOf(piece.tool_calls).forEach((call, position) => {
      this.#addToolCall(fieldsOf(call), position);
    });
    const legacy = fieldsOf(piece.function_call);
    if (legacy.name !== undefined || legacy.arguments !== undefined)
      this.#addToolCall({ function: legacy }, 0);
    if (piece.audio !== null && typeof piece.audio === "object") {
      const { data, transcript } = fieldsOf(piece.audio);
      this.#audio ??= { data: "", transcript: "" };
      this.#audio.data += textOf(data);
      this.#audio.transcript += textOf(transcript);
    }
  }

  /** The form the response digest is made over: docs/entry-format.md, "Digests". */
  canonical(): Fields {
    return {
      audio: this.#audio,
      content: this.#content,
      images: this.#images,
      reasoning: this.#reasoning,
      refusal: this.#refusal,
      tool_calls: this.#orderedCalls(),
    };
  }

  #addContent(content: unknown): void {
    if (!Array.isArray(content)) {
      this.#content += textOf(content);
      return;
    }
    for (const part of content) {
      const fields = fieldsOf(part);
      if (fields.type === "text") this.#content += textOf(fields.text);
      else this.#images.push(part);
    }
  }

  #addToolCall(call: Fields, position: number): void {
    const index = integerOf(call.index) ?? position;
    let known = this.#toolCalls.get(index);
    if (!known) {
      known = { id: "", name: "", arguments: "" };
      this.#toolCalls.set(index, known);
    }
    const custom = fieldsOf(call.custom);
    const called = fieldsOf(call.function);
    known.id ||= textOf(call.id);
    known.name ||= textOf(called.name) || textOf(custom.name);
    known.arguments += textOf(called.arguments) + textOf(custom.input);
  }

  #orderedCalls(): ToolCall[] {
    return [...this.#toolCalls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
