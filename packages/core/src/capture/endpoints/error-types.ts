/** OpenRouter's own words (`ApiErrorType`) for codes that came without one. */
const typesOfCodes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    400: "invalid_request",
    401: "authentication",
    402: "payment_required",
    403: "permission_denied",
    404: "not_found",
    408: "timeout",
    412: "precondition_failed",
    413: "payload_too_large",
    422: "unprocessable",
    429: "rate_limit_exceeded",
    500: "server",
    502: "provider_unavailable",
    503: "provider_unavailable",
    504: "timeout",
    524: "timeout",
    529: "provider_overloaded",
  }),
);

/** The same words for those of Anthropic's messages and of OpenAI's responses, which also come without one. */
const typesOfWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_request_error: "invalid_request",
    authentication_error: "authentication",
    billing_error: "payment_required",
    permission_error: "permission_denied",
    not_found_error: "not_found",
    request_too_large: "payload_too_large",
    rate_limit_error: "rate_limit_exceeded",
    timeout_error: "timeout",
    api_error: "server",
    overloaded_error: "provider_overloaded",
    server_error: "server",
    image_content_policy_violation: "content_policy_violation",
    image_file_too_large: "image_too_large",
    unsupported_image_media_type: "unsupported_image_format",
    failed_to_download_image: "image_download_failed",
    image_file_not_found: "image_not_found",
  }),
);

/** OpenRouter's word for a word of another interface; one that has none stands for itself. */
export function stableErrorType(word: string | null): string | null {
  return word === null ? null : (typesOfWords.get(word) ?? word);
}

/** The error type of a code that came without one. */
export function errorTypeOf(code: number | string | null): string | null {
  if (code === null) return null;
  return typesOfCodes.get(String(code)) ?? (typeof code === "string" ? stableErrorType(code) : "unmapped");
}
