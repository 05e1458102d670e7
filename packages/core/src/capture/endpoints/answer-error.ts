import { boundedText } from "../../entry/bounded-text.ts";
import type { Unavailable } from "../../entry/entry.ts";
import type { AnswerError } from "./endpoint.ts";
import { errorTypeOf, stableErrorType } from "./error-types.ts";
import { type Fields, fieldsOf, numberOf, termOf, wordOf } from "./json-fields.ts";

const longestMessage = 500;

/** What `finish_reason: "error"` and its like say when nothing else does. */
export const untoldError: AnswerError = {
  code: null,
  type: "unmapped",
  message: null,
  unavailable: null,
};

/**
 * OpenRouter's `error` object. Of `metadata` only the type is taken: it may quote the prompt (`flagged_input`,
 * `raw`, `patterns`).
 *
 * @param type what is said of the type outside the places where chat has it
 */
export function answerErrorOf(value: unknown, type?: unknown): AnswerError {
  const error = typeof value === "string" ? { message: value } : fieldsOf(value);
  const code = numberOf(error.code) ?? termOf(error.code) ?? numberOf(error.http_status);
  return {
    code,
    type:
      stableErrorType(
        termOf(fieldsOf(error.metadata).error_type) ?? termOf(error.error_type) ?? termOf(type),
      ) ??
      errorTypeOf(code) ??
      ownTypeOf(error),
    message: boundedText(error.message, longestMessage),
    unavailable: unavailableOf(error),
  };
}

/** What OpenAI's form calls it, where nothing else does. An event of an error is of the type `error`, which says nothing. */
function ownTypeOf({ type }: Fields): string | null {
  return type === "error" ? null : stableErrorType(termOf(type));
}

function unavailableOf({ availability }: Fields): Unavailable | null {
  if (availability === null || typeof availability !== "object") return null;
  const { code, excluded_by } = fieldsOf(availability);
  return { code: wordOf(code), excluded_by: wordOf(excluded_by) };
}
