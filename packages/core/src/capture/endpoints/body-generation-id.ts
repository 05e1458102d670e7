import { nameOf } from "./json-fields.ts";

/**
 * The generation id that a body tells. Responses and messages have ids of their own (`resp_…`, `msg_…`), under which
 * OpenRouter finds no generation.
 */
export function bodyGenerationId(id: unknown): string | null {
  return typeof id === "string" && id.startsWith("gen-") ? nameOf(id) : null;
}
