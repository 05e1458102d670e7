import { AuditError } from "./audit-error.ts";
import type { AuditLog } from "./audit-log.ts";
import { answerErrorOf } from "./capture/answer-error.ts";
import { fieldsOf, listOf } from "./capture/json-fields.ts";

/** Options of {@link AuditLog.ask}. */
export interface AskOptions {
  /** Who asks. @default the user of the present scope */
  readonly userId?: string;
  readonly model: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** @default the log's */
  readonly apiKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * One prompt, one answer, no client needed.
 *
 * @throws AuditError `CALL_FAILED` with OpenRouter's message when it refused; `MISSING_API_KEY`, `MALFORMED_API_KEY`
 */
export async function askModel(audit: AuditLog, prompt: string, options: AskOptions): Promise<string> {
  const { userId, model, metadata, signal } = options;
  const { apiKey, baseURL } = audit.connection({ apiKey: options.apiKey });
  const fetch = audit.fetchAs({ ...(userId !== undefined && { userId }), ...(metadata && { metadata }) });
  const response = await fetch(`${baseURL.replace(/\/$/, "")}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: prompt }] }),
    ...(signal && { signal }),
  });
  const body = fieldsOf(await response.json().catch(() => null));
  const choice = fieldsOf(listOf(body.choices)[0]);
  const failed = body.error ?? choice.error;
  if (!response.ok || failed) {
    const { message, type } = answerErrorOf(failed);
    throw new AuditError(
      "CALL_FAILED",
      `OpenRouter answered ${response.status}${type ? ` (${type})` : ""}: ${message ?? "no reason given"}.`,
    );
  }
  const { content } = fieldsOf(choice.message);
  return typeof content === "string" ? content : "";
}
