/** Stable names for what can go wrong. Match on these, never on messages. */
export type AuditErrorCode =
  | "INVALID_OPTIONS"
  | "MISSING_API_KEY"
  | "MALFORMED_API_KEY"
  | "SECRET_TOO_SHORT"
  | "KEY_MISMATCH"
  | "JOURNAL_ALREADY_OPEN"
  | "JOURNAL_UNWRITABLE"
  | "JOURNAL_BUSY"
  | "SINK_UNAVAILABLE"
  | "JOURNAL_UNREADABLE"
  | "HEADS_UNREADABLE"
  | "ANCHOR_DAMAGED"
  | "LAKE_UNWRITABLE"
  | "RETENTION_CONFLICT"
  | "UNKNOWN_HOLD"
  | "NOT_APPROVED"
  | "PACKAGE_UNWRITABLE"
  | "PACKAGE_UNREADABLE"
  | "LOG_CLOSED"
  | "INVALID_ENTRY"
  | "CALL_REFUSED"
  | "CALL_FAILED"
  | "ENGINE_MISSING"
  | "ENGINE_EXHAUSTED";

/**
 * What this library throws. The message says what happened, to what, and what to do; `cause` keeps the
 * original failure. Errors of OpenRouter, the network or a client are never turned into this: they pass through.
 */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Something the operator should know of that stopped nothing: see the `onProblem` option. */
export interface AuditProblem {
  /** A stable name, such as `JOURNAL_UNWRITABLE` or `USER_UNRESOLVED`. */
  readonly code: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** What to tell of an AuditError that nobody catches. */
export function problemOf(error: unknown): AuditProblem {
  const { code, message } = error as AuditError;
  return { code, message, cause: error };
}
