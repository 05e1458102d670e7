import type { AuditErrorCode } from "./audit-error.ts";

/** Problem details (RFC 9457). They say nothing of paths, hosts, users or causes: they are for whoever asks. */
export interface ProblemDetails {
  readonly type: "about:blank";
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  readonly detail: string;
  /** The code of the `AuditError`. */
  readonly code: AuditErrorCode;
}

/** What a caller over HTTP is answered when the audit log blocked a call to the model. */
export interface BlockedCall {
  readonly problem: ProblemDetails;
  /** The media type `application/problem+json` and, when it is worth trying again, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Seconds until it may work again. What is busy empties itself; the others somebody has to mend. */
const retryAfter: Partial<Record<string, string>> = {
  JOURNAL_BUSY: "1",
  JOURNAL_UNWRITABLE: "5",
  SINK_UNAVAILABLE: "5",
  LOG_CLOSED: "5",
};

/** Clients wrap what fetch throws once or twice. */
const deepest = 10;

/**
 * Finds the refusal of the audit log in an error of any client, which may hide it as a `cause`. Null for every other error,
 * and for one that says its own HTTP status (`status`, `statusCode`): that is the application's answer.
 *
 * @returns 503 for `JOURNAL_UNWRITABLE`, `JOURNAL_BUSY`, `SINK_UNAVAILABLE` and `LOG_CLOSED`; 403 for `CALL_REFUSED`, without
 * the reason that the policy gave: it may name rules, and the models and users they are about
 */
export function blockedCall(error: unknown): BlockedCall | null {
  try {
    return answerIn(error);
  } catch {
    // What was thrown throws when it is looked at: it is none of ours, and who handles errors must not make another.
    return null;
  }
}

function answerIn(error: unknown): BlockedCall | null {
  let link = error as Link | null | undefined;
  for (let depth = 0; depth < deepest && typeof link === "object" && link !== null; depth += 1) {
    // By its name: an application may have two copies of this library.
    if (link.name === "AuditError") return answerTo(link.code as AuditErrorCode);
    if (saysStatus(link)) return null;
    link = link.cause as typeof link;
  }
  return null;
}

interface Link {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
}

function saysStatus(link: Link): boolean {
  return Number.isInteger(link.status) || Number.isInteger(link.statusCode);
}

function answerTo(code: AuditErrorCode): BlockedCall | null {
  // Anything may be called an AuditError: only what stands there has an answer.
  const wait = typeof code === "string" && Object.hasOwn(retryAfter, code) ? retryAfter[code] : undefined;
  if (code !== "CALL_REFUSED" && !wait) return null;
  const problem: ProblemDetails = wait
    ? {
        type: "about:blank",
        title: "Service Unavailable",
        status: 503,
        detail:
          "Calls to the model cannot be recorded at present, and what cannot be recorded is not answered.",
        code,
      }
    : {
        type: "about:blank",
        title: "Forbidden",
        status: 403,
        detail: "This call to the model is not allowed here.",
        code,
      };
  const headers = { "content-type": "application/problem+json", ...(wait && { "retry-after": wait }) };
  return { problem, headers };
}
