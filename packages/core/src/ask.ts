import { AuditError } from "./audit-error.ts";
import { answerErrorOf } from "./capture/endpoints/answer-error.ts";
import { type Fields, fieldsOf, listOf, nameOf } from "./capture/endpoints/json-fields.ts";
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
 * @throws AuditError `CALL_FAILED` with OpenRouter's message when it refused, or with what came in place of a text. What
 * fetch throws (an abort, a reset, a journal that cannot be written) passes through.
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
  const body = fieldsOf(jsonOf(await response.text()));
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
  if (typeof content === "string") return content;
  throw new AuditError(
    "CALL_FAILED",
    `OpenRouter answered ${response.status} without a text: ${insteadOfText(choice)}.`,
  );
}

/** The value of a JSON text; null for what is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What an answer holds in place of a text, without a word of the model. */
function insteadOfText(choice: Fields): string {
  const { refusal, tool_calls } = fieldsOf(choice.message);
  const reason = nameOf(choice.finish_reason);
  const came = [
    ...(refusal ? ["a refusal"] : []),
    ...(listOf(tool_calls).length > 0 ? ["tool calls"] : []),
    ...(reason ? [`finish reason "${reason}"`] : []),
  ];
  return came.length > 0 ? came.join(", ") : "no completion";
}
