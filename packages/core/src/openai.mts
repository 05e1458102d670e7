import OpenAI, { type ClientOptions } from "openai";
import type { AuditLog } from "./audit-log.ts";
import { clientOptions, type OpenRouterClientOptions } from "./openrouter-client.ts";
import { refusalIn } from "./refusal-answer.ts";

export type { OpenRouterClientOptions };

/** Throws what the audit log refuses as it is, once: `openai` would repeat the call, and hide the reason as a `cause`. */
class OpenRouterClient extends OpenAI {
  protected override makeStatusError(
    ...given: Parameters<OpenAI["makeStatusError"]>
  ): InstanceType<typeof OpenAI.APIError> {
    const refusal: Error | undefined = refusalIn(given[3]);
    return (refusal as never) ?? super.makeStatusError(...given);
  }
}

/**
 * An ordinary `openai` client that talks to OpenRouter and whose every exchange is recorded. The class is the one *you* get
 * from `openai`, imported or required, so that `instanceof OpenAI.APIError` holds. What the log refuses is thrown as an
 * {@link AuditError}, without retries.
 *
 * @throws AuditError `MISSING_API_KEY`, `MALFORMED_API_KEY`
 */
export function openRouterClient(
  audit: AuditLog,
  options: OpenRouterClientOptions & Omit<ClientOptions, "apiKey" | "baseURL" | "fetch"> = {},
): OpenAI {
  return new OpenRouterClient(clientOptions(audit, options));
}
