import type { CorrectedFacts } from "@openrouter-audit/core";
import type { Group } from "./sums.ts";

/** What is kept of a record of `GET /generation`: no words of anybody. */
export interface Generation {
  readonly id: string;
  readonly created_at: string;
  readonly model: string | null;
  /** Other names of the model: the `model_permaslug` of whoever was tried. */
  readonly slugs: readonly string[];
  readonly provider: string | null;
  readonly facts: CorrectedFacts;
}

/** Reads the `data` of an answer; null when it is no record. */
export function generationOf(data: unknown): Generation | null {
  const said = data as Record<string, unknown>;
  const id = textOf(said.id);
  const created_at = textOf(said.created_at);
  if (id === null || created_at === null || Number.isNaN(Date.parse(created_at))) return null;
  const numbers = [said.total_cost, said.native_tokens_prompt, said.native_tokens_completion];
  // What is told is a number, or it is no record that a log could be corrected by.
  if (numbers.some((value) => value != null && numberOf(value) === null)) return null;
  const tried = Array.isArray(said.provider_responses) ? said.provider_responses : [];
  return {
    id,
    created_at,
    model: textOf(said.model),
    slugs: tried.flatMap((each) => textOf((each as Record<string, unknown> | null)?.model_permaslug) ?? []),
    provider: textOf(said.provider_name),
    facts: {
      cost_usd: numberOf(said.total_cost),
      prompt_tokens: numberOf(said.native_tokens_prompt),
      completion_tokens: numberOf(said.native_tokens_completion),
      cancelled: typeof said.cancelled === "boolean" ? said.cancelled : null,
    },
  };
}

/** Where OpenRouter counts it. */
export function groupOfGeneration({ created_at, model, provider }: Generation): Group {
  return { day: new Date(created_at).toISOString().slice(0, 10), model, provider };
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Something counted, or paid; null for anything else, and for less than nothing. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}
