import { answerErrorOf } from "./answer-error.ts";
import { bodyGenerationId } from "./body-generation-id.ts";
import type { AnswerDescription, AnswerError, AnswerReader } from "./endpoint.ts";
import {
  type Fields,
  fieldsIn,
  fieldsOf,
  integerOf,
  listOf,
  nameOf,
  namesOf,
  termOf,
} from "./json-fields.ts";
import { MessagesBlock } from "./messages-block.ts";
import { MessagesUsage } from "./messages-usage.ts";
import { routingOf, selectedProvider } from "./routing.ts";
import { silentAnswer } from "./silent-answer.ts";

const topNames = ["id", "model", "provider", "service_tier", "stop_reason"] as const;

/** Reads a message of Anthropic's form, streamed or not. */
export class MessagesAnswer implements AnswerReader {
  readonly #blocks = new Map<number, MessagesBlock>();
  readonly #top: Partial<Record<(typeof topNames)[number], string>> = {};
  readonly #usage = new MessagesUsage();
  #metadata: unknown;
  #error: AnswerError | null = null;
  #isStream = false;
  /** Whether the content was told to its end, be it empty. */
  #isWhole = false;
  #done = false;

  get begun(): boolean {
    for (const block of this.#blocks.values()) if (block.begun) return true;
    return false;
  }

  get ended(): boolean {
    return this.#done || this.#error !== null;
  }

  json(body: unknown): void {
    const message = fieldsOf(body);
    this.#read(message);
    this.#usage.end(message.usage);
    this.#readContent(message.content);
    // Gateways answer with JSON of their own; only a content makes a message.
    this.#isWhole = Array.isArray(message.content);
    this.#done = this.#isWhole;
  }

  event(data: string): void {
    // Whether something comes with the last event or after it, only the network decides.
    if (this.ended) return;
    this.#isStream = true;
    if (data === "[DONE]") this.#done = true;
    else this.#readEvent(fieldsIn(data));
  }

  /** A stream without `message_stop` is whole when the model said why it had stopped. */
  end(): void {
    this.#isWhole ||= this.#isStream && this.#top.stop_reason !== undefined;
    this.#done ||= this.#isWhole;
  }

  describe(): AnswerDescription {
    const blocks = [...this.#blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
    const stopReason = termOf(this.#top.stop_reason);
    return {
      ...silentAnswer,
      model_served: nameOf(this.#top.model),
      provider: nameOf(this.#top.provider) ?? selectedProvider(this.#metadata),
      generation_id: bodyGenerationId(this.#top.id),
      finish_reason: stopReason,
      refused: stopReason === null ? null : stopReason === "refusal",
      service_tier: termOf(this.#top.service_tier) ?? this.#usage.serviceTier,
      usage: this.#usage.describe(),
      routing: routingOf(this.#metadata),
      tools_called: namesOf(blocks.map((block) => block.toolName).filter((name) => name !== null)),
      call_ids: namesOf(blocks.map((block) => block.callId).filter((id) => id !== null)),
      response: this.#hasOutput ? blocks.map((block) => block.canonical()) : undefined,
      error: this.#error,
    };
  }

  /** An empty answer is an answer; an error without a word of the model is none. */
  get #hasOutput(): boolean {
    return this.begun || (this.#error === null && (this.#isWhole || this.#blocks.size > 0));
  }

  #readEvent(event: Fields): void {
    this.#read(event);
    const index = integerOf(event.index) ?? 0;
    switch (event.type) {
      case "message_start": {
        const message = fieldsOf(event.message);
        this.#read(message);
        this.#usage.begin(message.usage);
        this.#readContent(message.content);
        break;
      }
      case "content_block_start":
        this.#blocks.set(index, new MessagesBlock(event.content_block));
        break;
      case "content_block_delta": {
        const delta = fieldsOf(event.delta);
        const block = this.#blocks.get(index) ?? MessagesBlock.of(delta);
        if (block) this.#blocks.set(index, block);
        block?.add(delta);
        break;
      }
      case "message_delta":
        this.#read(fieldsOf(event.delta));
        this.#usage.end(event.usage);
        break;
      case "message_stop":
        this.#isWhole = true;
        this.#done = true;
    }
  }

  #readContent(content: unknown): void {
    listOf(content).forEach((block, index) => {
      this.#blocks.set(index, new MessagesBlock(block));
    });
  }

  /** What a message and the events of a stream have in common. */
  #read(fields: Fields): void {
    for (const name of topNames) if (typeof fields[name] === "string") this.#top[name] = fields[name];
    if (fields.openrouter_metadata) this.#metadata = fields.openrouter_metadata;
    const { error } = fields;
    if (error || fields.type === "error") this.#error = answerErrorOf(error, fieldsOf(error).type);
  }
}
