import type { Routing } from "../../entry/entry.ts";
import { booleanOf, type Fields, fieldsOf, integerOf, listOf, nameOf, numberOf } from "./json-fields.ts";

const mostOfEach = 32;

/**
 * OpenRouter's `openrouter_metadata`, which comes when `X-OpenRouter-Metadata: enabled` was asked for. Names and numbers
 * only: a guardrail's `summary` and `data` may quote the prompt.
 */
export function routingOf(value: unknown): Routing | null {
  if (value === null || typeof value !== "object") return null;
  const metadata = fieldsOf(value);
  const endpoints = fieldsOf(metadata.endpoints);
  return {
    attempt: integerOf(metadata.attempt),
    attempts: firstOf(metadata.attempts).map(({ model, provider, status }) => ({
      model: nameOf(model),
      provider: nameOf(provider),
      status: integerOf(status),
    })),
    available: firstOf(endpoints.available).map(({ model, provider, selected }) => ({
      model: nameOf(model),
      provider: nameOf(provider),
      selected: booleanOf(selected),
    })),
    available_total: integerOf(endpoints.total),
    generation_ms: numberOf(metadata.generation_time),
    pipeline: firstOf(metadata.pipeline).map(({ cost_usd, guardrail_id, guardrail_scope, name, type }) => ({
      cost_usd: numberOf(cost_usd),
      guardrail_id: nameOf(guardrail_id),
      guardrail_scope: nameOf(guardrail_scope),
      name: nameOf(name),
      type: nameOf(type),
    })),
    region: nameOf(metadata.region),
    requested: nameOf(metadata.requested),
    strategy: nameOf(metadata.strategy),
  };
}

/** The provider that was selected; answers of some endpoints name theirs nowhere else. */
export function selectedProvider(value: unknown): string | null {
  const available = listOf(fieldsOf(fieldsOf(value).endpoints).available).map(fieldsOf);
  return nameOf(available.find(({ selected }) => selected === true)?.provider);
}

function firstOf(value: unknown): Fields[] {
  return listOf(value).slice(0, mostOfEach).map(fieldsOf);
}
