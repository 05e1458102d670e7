import type { Routing } from "../../entry/entry.ts";
import { type Fields, fieldsOf, integerOf, listOf, nameOf } from "./json-fields.ts";

const mostAttempts = 32;

/** OpenRouter's `openrouter_metadata`, which comes when `X-OpenRouter-Metadata: enabled` was asked for. */
export function routingOf(value: unknown): Routing | null {
  if (value === null || typeof value !== "object") return null;
  const metadata = fieldsOf(value);
  return {
    requested: nameOf(metadata.requested),
    strategy: nameOf(metadata.strategy),
    region: nameOf(metadata.region),
    attempt: integerOf(metadata.attempt),
    attempts: listOf(metadata.attempts)
      .slice(0, mostAttempts)
      .map((attempt) => attemptOf(fieldsOf(attempt))),
  };
}

function attemptOf({ provider, model, status }: Fields): Routing["attempts"][number] {
  return { provider: nameOf(provider), model: nameOf(model), status: integerOf(status) };
}
