import { answerErrorOf, untoldError } from "./answer-error.ts";
import { type AnswerUsage, usageOf } from "./answer-usage.ts";
import { ChatChoice } from "./chat-choice.ts";
import { ChunkTemplate } from "./chunk-template.ts";
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
import { routingOf, selectedProvider } from "./routing.ts";
import { silentAnswer } from "./silent-answer.ts";

const topNames = ["id", "model", "provider", "service_tier"] as const;

/** Where a choice holds what the model said. */
export interface ChoiceForm {
  /** The words of a whole choice, or of one piece of it, as a chat message has them. */
  said(choice: Fields, kind: "message" | "delta"): Fields;
  /** The name under which the wire has the content. */
  readonly content: string;
  /** Whether such a choice has a place for a refusal. */
  readonly canRefuse: boolean;
}

const chatForm: ChoiceForm = {
  said: (choice, kind) => fieldsOf(choice[kind]),
  content: "content",
  canRefuse: true,
};

interface ContentTemplate {
  readonly template: ChunkTemplate;
  readonly choice: ChatChoice;
}

/** The members of a delta that add to what was said, beside its content. */
const adding = ["reasoning", "refusal", "images", "tool_calls", "function_call", "audio"] as const;

/**
 * Reads a chat completion, streamed or not. Usage and ids may be in any chunk and the last wins; reading goes on past
 * `finish_reason`, because usage comes after it.
 */
export class ChatAnswer implements AnswerReader {
  readonly #form: ChoiceForm;
  readonly #choices = new Map<number, ChatChoice>();
  readonly #top: Partial<Record<(typeof topNames)[number], string>> = {};
  #usage: AnswerUsage = usageOf(undefined);
  #metadata: unknown;
  /** How the next chunk begins and ends if it goes on with the content. */
  #content: ContentTemplate | null = null;
  #error: AnswerError | null = null;
  #done = false;

  constructor(form: ChoiceForm = chatForm) {
    this.#form = form;
  }

  get begun(): boolean {
    for (const choice of this.#choices.values()) if (choice.begun) return true;
    return false;
  }

  get ended(): boolean {
    return this.#done || this.#error !== null;
  }

  json(body: unknown): void {
    const fields = fieldsOf(body);
    this.#read(fields, "message");
    // Gateways answer with JSON of their own; only choices make a completion.
    this.#done = Array.isArray(fields.choices);
  }

  event(data: string, bytes?: Buffer): void {
    // Whether something comes with the last event or after it, only the network decides.
    if (this.ended) return;
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    const chunk = fieldsIn(data);
    this.#read(chunk, "delta");
    this.#content = bytes ? this.#templateOf(bytes, chunk) : null;
  }

  goOn(bytes: Uint8Array, start: number): number {
    if (!this.#content) return -1;
    const { template, choice } = this.#content;
    const end = template.endIn(bytes, start);
    const content = end < 0 ? null : template.valueIn(bytes, start, end);
    if (content === null) return -1;
    choice.addContent(content);
    return end;
  }

  /** The template of a chunk that adds nothing but a piece of the content. */
  #templateOf(bytes: Buffer, { choices }: Fields): ContentTemplate | null {
    const [only, ...others] = listOf(choices);
    const { content, ...rest } = this.#form.said(fieldsOf(only), "delta");
    if (others.length > 0 || typeof content !== "string" || adding.some((name) => !isEmpty(rest[name])))
      return null;
    const template = ChunkTemplate.of(bytes, this.#form.content, content);
    const choice = this.#choices.get(integerOf(fieldsOf(only).index) ?? 0);
    return template && choice ? { template, choice } : null;
  }

  /** A stream without `[DONE]` is whole when the model said that it had finished. */
  end(): void {
    this.#done ||= this.#ordered()[0]?.finishReason != null;
  }

  describe(): AnswerDescription {
    const choices = this.#ordered();
    const calls = choices.flatMap((choice) => choice.toolCalls);
    const failed = choices.some(({ finishReason }) => finishReason === "error");
    return {
      ...silentAnswer,
      model_served: nameOf(this.#top.model),
      provider: nameOf(this.#top.provider) ?? selectedProvider(this.#metadata),
      generation_id: nameOf(this.#top.id),
      finish_reason: choices[0]?.finishReason ?? null,
      native_finish_reason: choices[0]?.nativeFinishReason ?? null,
      refused: this.#form.canRefuse && choices.length > 0 ? choices.some((choice) => choice.refused) : null,
      service_tier: termOf(this.#top.service_tier),
      usage: this.#usage,
      routing: routingOf(this.#metadata),
      tools_called: namesOf(calls.map(({ name }) => name)),
      call_ids: namesOf(calls.map(({ id }) => id)),
      response: this.#hasOutput ? choices.map((choice) => choice.canonical()) : undefined,
      error: this.#error ?? (failed ? untoldError : null),
    };
  }

  /** An empty answer is an answer, also one without a choice; an error without a word of the model is none. */
  get #hasOutput(): boolean {
    return this.begun || (this.#error === null && (this.#done || this.#choices.size > 0));
  }

  #ordered(): ChatChoice[] {
    return [...this.#choices.entries()].sort(([a], [b]) => a - b).map(([, choice]) => choice);
  }

  #read(body: Fields, kind: "message" | "delta"): void {
    for (const name of topNames) if (typeof body[name] === "string") this.#top[name] = body[name];
    if (body.usage) this.#usage = usageOf(body.usage);
    if (body.openrouter_metadata) this.#metadata = body.openrouter_metadata;
    if (body.error) this.#error = answerErrorOf(body.error);
    listOf(body.choices).forEach((value, position) => {
      const fields = fieldsOf(value);
      const index = integerOf(fields.index) ?? position;
      let choice = this.#choices.get(index);
      if (!choice) {
        choice = new ChatChoice();
        this.#choices.set(index, choice);
      }
      choice.add(fields, this.#form.said(fields, kind));
      if (fields.error) this.#error ??= answerErrorOf(fields.error);
    });
  }
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
