import type { Attribution, RequestFacts } from "./entry/entry.ts";

/** Who a user function says it is: an id, or an id with what belongs to it; nothing when nobody is logged in. */
export type UserAnswer = string | number | bigint | AuditUser | null | undefined;

export interface AuditUser {
  readonly id: string | number | bigint;
  readonly tenantId?: string | null;
  readonly sessionId?: string | null;
  /** What named the user, for `attribution.source`. @default "user()" */
  readonly source?: string;
}

/** What is known about the work that calls are made for. Everything may be left out. */
export interface AuditContext {
  /**
   * A user the application vouches for; null for nobody. For requests, prefer {@link user}.
   * @default whoever the scope around this one is for
   */
  readonly userId?: string | number | bigint | null;
  /** Asked when the first call is made, and remembered as soon as it names somebody. */
  readonly user?: () => UserAnswer | Promise<UserAnswer>;
  readonly tenantId?: string | null;
  readonly sessionId?: string | null;
  /** Asked when an entry is written: a route is known later than a request. */
  readonly request?: () => RequestFacts;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The answer to "who": see docs/entry-format.md, "Who and where". */
export interface Identity {
  readonly user_id: string | null;
  readonly attribution: Attribution;
  readonly tenant_id: string | null;
  readonly session_id: string | null;
}

/** Who a call made outside any scope is for: nobody knows. */
export const noContext = nobody("no_context");

/** Who a call is for that the function makes which finds the user: not even that is known yet. */
export const notFound = nobody("unresolved");

function nobody(how: "no_context" | "unresolved"): Identity {
  return { user_id: null, attribution: { how, source: null }, tenant_id: null, session_id: null };
}
