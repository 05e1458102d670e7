import type { IncomingHttpHeaders } from "node:http";

/** Who asked, as a generation's record tells it. */
export interface Requester {
  readonly externalUser: string | null;
  readonly sessionId: string | null;
  readonly referer: string | null;
  readonly userAgent: string | null;
}

/** Reads who asked from a request's headers and from its `user` and `session_id`. */
export function requesterOf(
  headers: IncomingHttpHeaders,
  user: string | undefined,
  sessionId: string | undefined,
): Requester {
  return {
    externalUser: user ?? null,
    sessionId: sessionId ?? headers["x-session-id"]?.toString() ?? null,
    referer: headers.referer ?? headers["http-referer"]?.toString() ?? null,
    userAgent: headers["user-agent"] ?? null,
  };
}
