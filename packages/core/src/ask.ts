import { AuditError } from "./audit-error.ts";
import { answerErrorOf } from "./capture/answer-error.ts";
import { fieldsOf, listOf } from "./capture/json-fields.ts";
import type { Fetch } from "./fetch.ts";

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
 * @throws AuditError `CALL_FAILED` with OpenRouter's message when it refused
 */
export async function askModel(
  fetch: Fetch,
  { apiKey, baseURL }: { readonly apiKey: string; readonly baseURL: string },
  prompt: string,
  { model, signal }: AskOptions,
): Promise<string> {
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
