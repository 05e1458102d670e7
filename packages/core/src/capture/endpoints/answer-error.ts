import { boundedText } from "../../entry/bounded-text.ts";
import type { AnswerError } from "./endpoint.ts";
import { fieldsOf, nameOf, numberOf } from "./json-fields.ts";

const longestMessage = 500;

/**
 * OpenRouter's `error` object. Only the code, the type and the message are taken: `metadata` may quote the prompt
 * (`flagged_input`, `raw`, `patterns`).
 *
 * @param type what is said of the type outside the places where chat has it
 */
export function answerErrorOf(value: unknown, type?: unknown): AnswerError {
  const error = typeof value === "string" ? { message: value } : fieldsOf(value);
  const code = numberOf(error.code) ?? nameOf(error.code);
  return {
    code,
    type:
      nameOf(fieldsOf(error.metadata).error_type) ??
      nameOf(error.error_type) ??
      nameOf(type) ??
      errorTypeOf(code),
    message: boundedText(error.message, longestMessage),
  };
}

// OpenRouter's own words (`ApiErrorType`) for codes that came without one.
const typesOfCodes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    400: "invalid_request",
    401: "authentication",
    402: "payment_required",
    403: "permission_denied",
    404: "not_found",
    408: "timeout",
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

/** The error type of a code that came without one; other text codes stand for themselves. */
export function errorTypeOf(code: number | string | null): string | null {
  if (code === null) return null;
  return typesOfCodes.get(String(code)) ?? (typeof code === "string" ? code : "unmapped");
}
