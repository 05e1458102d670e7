import OpenAI, { type ClientOptions } from "openai";
import type { AuditLog } from "./audit-log.ts";
import { clientOptions, type OpenRouterClientOptions } from "./openrouter-client.ts";

export type { OpenRouterClientOptions };

/**
 * An ordinary `openai` client that talks to OpenRouter and whose every exchange is recorded. The class is the one *you* get
 * from `openai`, imported or required, so that `instanceof OpenAI.APIError` holds.
 *
 * @throws AuditError `MISSING_API_KEY`, `MALFORMED_API_KEY`
 */
export function openRouterClient(
  audit: AuditLog,
  options: OpenRouterClientOptions & Omit<ClientOptions, "apiKey" | "baseURL" | "fetch"> = {},
): OpenAI {
  return new OpenAI(clientOptions(audit, options));
}
