import { answerErrorOf, untoldError } from "./answer-error.ts";
import { bodyGenerationId } from "./body-generation-id.ts";
import type { AnswerDescription, AnswerError, AnswerReader, AnswerUsage } from "./endpoint.ts";
import { stableErrorType } from "./error-types.ts";
import { type Fields, fieldsIn, fieldsOf, listOf, nameOf, namesOf, termOf, textOf } from "./json-fields.ts";
import { ResponsesOutput } from "./responses-output.ts";
import { responsesUsageOf } from "./responses-usage.ts";
import { routingOf, selectedProvider } from "./routing.ts";
import { silentAnswer } from "./silent-answer.ts";

const topNames = ["id", "model", "provider", "service_tier"] as const;

/** The events that a stream ends with, and the status they tell. */
const lastEvents: ReadonlyMap<string, string | null> = new Map([
  ["response.completed", "completed"],
  ["response.incomplete", "incomplete"],
  ["response.failed", "failed"],
  ["response.done", null],
]);

/** Reads a response, streamed or not. The last event of a stream holds the whole response. */
export class ResponsesAnswer implements AnswerReader {
  readonly #output = new ResponsesOutput();
  readonly #top: Partial<Record<(typeof topNames)[number], string>> = {};
  #status: string | null = null;
  #incompleteReason: string | null = null;
  #usage: AnswerUsage = responsesUsageOf(undefined);
  #metadata: unknown;
  #error: AnswerError | null = null;
  /** Whether an output was told whole, be it empty. */
  #isWhole = false;
  #done = false;

  get begun(): boolean {
    return this.#output.begun;
  }

  get ended(): boolean {
    return this.#done || this.#error !== null;
  }

  json(body: unknown): void {
    const response = fieldsOf(body);
    this.#readResponse(response);
    // Gateways answer with JSON of their own; only an output makes a response.
    this.#done = Array.isArray(response.output);
    if (this.#done) this.#readEnd(response);
  }

  event(data: string): void {
    // Whether something comes with the last event or after it, only the network decides.
    if (this.ended) return;
    if (data === "[DONE]") {
      this.#done = true;
      return;
    }
    const event = fieldsIn(data);
    const type = textOf(event.type);
    const response = fieldsOf(event.response);
    this.#readResponse({ error_type: event.error_type, ...response });
    this.#output.event(type, event);
    if (event.openrouter_metadata) this.#metadata = event.openrouter_metadata;
    if (type === "error" || event.error) this.#error = answerErrorOf(event.error || event, event.error_type);
    if (!lastEvents.has(type)) return;
    this.#readEnd(response, lastEvents.get(type));
    this.#done = true;
  }

  /** A stream without its last event is not whole: nothing before it says that the model has finished. */
  end(): void {}

  describe(): AnswerDescription {
    const { items } = this.#output;
    return {
      ...silentAnswer,
      model_served: nameOf(this.#top.model),
      provider: nameOf(this.#top.provider) ?? selectedProvider(this.#metadata),
      generation_id: bodyGenerationId(this.#top.id),
      finish_reason: this.#status,
      native_finish_reason: this.#incompleteReason,
      refused: items.length > 0 || this.#isWhole ? items.some((item) => item.refused) : null,
      service_tier: termOf(this.#top.service_tier),
      usage: this.#usage,
      routing: routingOf(this.#metadata),
      tools_called: namesOf(items.map((item) => item.toolName).filter((name) => name !== null)),
      call_ids: namesOf(items.map((item) => item.callId).filter((id) => id !== null)),
      response: this.#hasOutput ? items.map((item) => item.canonical()) : undefined,
      error: this.#error,
    };
  }

  /** An empty answer is an answer; an error without a word of the model is none. */
  get #hasOutput(): boolean {
    return this.begun || (this.#error === null && (this.#isWhole || this.#output.items.length > 0));
  }

  /** What any event may tell of the response as it stands. */
  #readResponse(response: Fields): void {
    for (const name of topNames) if (typeof response[name] === "string") this.#top[name] = response[name];
    if (response.usage) this.#usage = responsesUsageOf(response.usage);
    if (response.openrouter_metadata) this.#metadata = response.openrouter_metadata;
    if (response.error) this.#error = answerErrorOf(response.error, response.error_type);
  }

  #readEnd({ status, incomplete_details, output, error_type }: Fields, told: string | null = null): void {
    this.#status = termOf(status) ?? told;
    this.#incompleteReason = termOf(fieldsOf(incomplete_details).reason);
    this.#isWhole = Array.isArray(output);
    this.#output.set(listOf(output));
    if (this.#status === "failed" || told === "failed")
      this.#error ??= { ...untoldError, type: stableErrorType(termOf(error_type)) ?? untoldError.type };
  }
}
