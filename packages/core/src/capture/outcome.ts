import { AuditError } from "../audit-error.ts";
import { boundedText } from "../entry/bounded-text.ts";
import type { AuditStatus, EntryDraft } from "../entry/entry.ts";
import type { AnswerError } from "./endpoints/endpoint.ts";
import { errorTypeOf } from "./endpoints/error-types.ts";
import { type Fields, fieldsOf, termOf } from "./endpoints/json-fields.ts";

/** The members of the entry that say how a call ended. */
export type Outcome = Pick<
  EntryDraft,
  | "status"
  | "response_complete"
  | "http_status"
  | "error_code"
  | "error_type"
  | "error_message"
  | "unavailable"
>;

/** How an exchange ended, as fetch and the body told it. */
export interface Ending {
  /** `unobservable`: the body is of a kind that cannot be watched as it passes; `unread`: it is too long to be read. */
  readonly how: "end" | "error" | "cancel" | "abandoned" | "unobservable" | "unread";
  readonly error?: unknown;
  readonly httpStatus: number | null;
  /** Whether the caller's signal had been aborted. */
  readonly aborted: boolean;
  /** What the answer itself said of an error, also with HTTP 200. */
  readonly answerError: AnswerError | null;
  /** Whether the answer said everything it had to say. */
  readonly answerEnded: boolean;
}

const tooLong = { status: "unknown", error_type: "answer_too_long", error_message: null } as const;
const noError = { error_code: null, error_type: null, error_message: null, unavailable: null } as const;

/** The outcome is read from the body, never from the HTTP status alone: errors come with 200 too. */
export function outcomeOf(ending: Ending): Outcome {
  const { httpStatus: http_status, answerError } = ending;
  const isObserved = ending.how !== "unobservable";
  const rejected = http_status !== null && (http_status < 200 || http_status > 299);
  if (answerError || rejected) {
    const code = answerError?.code ?? (rejected ? http_status : null);
    return {
      status: "error",
      // That it is an error says nothing of whether it arrived.
      response_complete: isObserved
        ? ending.how === "end" || ending.how === "unread" || ending.answerEnded
        : null,
      http_status,
      error_code: code,
      error_type: answerError?.type ?? errorTypeOf(code) ?? "unmapped",
      error_message: answerError?.message ?? null,
      unavailable: answerError?.unavailable ?? null,
    };
  }
  if (ending.how === "unread") {
    return { response_complete: true, http_status, ...noError, ...tooLong };
  }
  if (ending.answerEnded) return { status: "success", response_complete: true, http_status, ...noError };
  return {
    response_complete: isObserved ? false : null,
    http_status,
    ...noError,
    ...interruption(ending),
  };
}

function interruption(ending: Ending): {
  status: AuditStatus;
  error_type: string;
  error_message: string | null;
} {
  const { how, error } = ending;
  if (how === "abandoned")
    return { status: "unknown", error_type: "unfinished_at_close", error_message: null };
  if (how === "unobservable")
    return { status: "unknown", error_type: "unobservable_body", error_message: null };
  if (how === "cancel" || ending.aborted) {
    return { status: "aborted", error_type: classOf(error) ?? "AbortError", error_message: null };
  }
  if (how === "end")
    return {
      status: "error",
      error_type: "incomplete_answer",
      error_message: "The answer ended before it was complete.",
    };
  return { status: "error", error_type: classOf(error) ?? "Error", error_message: messageOf(error) };
}

// Errors are looked at, not told by `instanceof`: fetch's may be of another realm (under jest they are), and anything
// can be thrown.

/**
 * The system's code of the failure (`ECONNRESET`), else the name of its class; of what we refused why, not what of. Null for what is
 * more than a word: whoever throws, or aborts, may say anything.
 */
function classOf(error: unknown): string | null {
  if (error instanceof AuditError) return error.code;
  const { name, code, cause } = failureIn(error);
  const caused = failureIn(cause);
  // Of what is no HTTP the fetch of Node 24 gives no code.
  const parser = caused.name === "HTTPParserError" ? caused.name : null;
  return termOf(caused.code) ?? termOf(code) ?? parser ?? termOf(name);
}

function messageOf(error: unknown): string | null {
  const messages = [error, failureIn(error).cause].map((each) => failureIn(each).message);
  const said = messages.filter((message) => typeof message === "string" && message !== "");
  return boundedText(said.length > 0 ? said.join(": ") : error, 500);
}

/** What is thrown may itself throw when it is looked at. */
function failureIn(error: unknown): Fields {
  try {
    const { name, code, cause, message } = fieldsOf(error);
    return { name, code, cause, message };
  } catch {
    return {};
  }
}
