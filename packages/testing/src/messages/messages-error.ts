import type { ErrorAnswer, ErrorObject } from "../error-answer.ts";
import { errorType } from "../skin.ts";

// Anthropic's types are few; what has none of its own is the caller's fault below 500 and `api_error` above.
const types: Readonly<Record<string, string>> = {
  authentication: "authentication_error",
  permission_denied: "permission_error",
  payment_required: "billing_error",
  not_found: "not_found_error",
  image_not_found: "not_found_error",
  rate_limit_exceeded: "rate_limit_error",
  provider_overloaded: "overloaded_error",
  timeout: "timeout_error",
  provider_unavailable: "api_error",
  server: "api_error",
  unmapped: "api_error",
};

/** An error in Anthropic's envelope, with OpenRouter's stable `error_type` beside Anthropic's own. */
export function messagesError(error: ErrorObject) {
  const error_type = errorType(error);
  const type = types[error_type] ?? (error.code < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message: error.message, error_type } };
}

/** The body of an error. `request_id` is the generation id, `null` when the request had not reached the router. */
export function messagesErrorBody(
  { error, openrouter_metadata }: ErrorAnswer["body"],
  generationId: string | null,
) {
  return {
    ...messagesError(error),
    request_id: generationId,
    ...(openrouter_metadata !== undefined && { openrouter_metadata }),
  };
}
