import { usageOf } from "./answer-usage.ts";
import type { AnswerUsage } from "./endpoint.ts";
import { type Fields, fieldsOf, termOf } from "./json-fields.ts";

const names = [
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
  "cache_creation",
  "output_tokens_details",
  "server_tool_use",
  "server_tool_use_details",
  "cost",
  "is_byok",
  "cost_details",
  "service_tier",
] as const;

type Given = Partial<Record<(typeof names)[number], unknown>>;

/** The usage of a message, which a stream tells twice: as it begins, before much is known, and as it ends. */
export class MessagesUsage {
  readonly #given: Given = {};
  #isCounted = false;

  get serviceTier(): string | null {
    return termOf(this.#given.service_tier);
  }

  /** What a stream begins with. */
  begin(usage: unknown): void {
    this.#add(usage);
  }

  /** Totals; what they leave out stands. */
  end(usage: unknown): void {
    if (!usage) return;
    this.#add(usage);
    this.#isCounted = true;
  }

  /** In the words of the entry. `prompt_tokens` is `input_tokens`: what was read from the cache, or written to it, is not in it. */
  describe(): AnswerUsage {
    const usage = this.#isCounted ? this.#given : measuredAtStart(this.#given);
    const written = fieldsOf(usage.cache_creation);
    return usageOf({
      ...usage,
      prompt_tokens: usage.input_tokens,
      prompt_tokens_details: {
        cached_tokens: usage.cache_read_input_tokens,
        cache_write_tokens: usage.cache_creation_input_tokens,
        cache_write_1h_tokens: written.ephemeral_1h_input_tokens,
        cache_write_5m_tokens: written.ephemeral_5m_input_tokens,
      },
      completion_tokens: usage.output_tokens,
      completion_tokens_details: {
        reasoning_tokens: fieldsOf(usage.output_tokens_details).thinking_tokens,
      },
    });
  }

  #add(value: unknown): void {
    const usage: Fields = fieldsOf(value);
    for (const name of names)
      if (usage[name] !== undefined && usage[name] !== null) this.#given[name] = usage[name];
  }
}

/** A zero at the start is a place kept free, and so is any count of the output. */
function measuredAtStart({ output_tokens, output_tokens_details, ...given }: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, count]) => count !== 0));
}
