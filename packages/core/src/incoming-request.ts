import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { AuditUser } from "./audit-context.ts";
import { pathTemplate } from "./capture/targets.ts";
import { boundedText } from "./entry/bounded-text.ts";
import type { RequestFacts } from "./entry/entry.ts";
import { isIdentifier } from "./entry/identifier.ts";
import { notAnIdentifier } from "./not-an-identifier.ts";

/** What is read of a framework's request: Express's and Fastify's both fit. Everything may be missing. */
export interface IncomingRequest {
  readonly id?: unknown;
  readonly method?: string;
  readonly url?: string;
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly ip?: string | undefined;
  readonly headers?: IncomingHttpHeaders;
  /** Express */
  readonly route?: { readonly path?: unknown };
  /** Fastify */
  readonly routeOptions?: { readonly url?: string | undefined };
}

/**
 * Who authentication says is there, from the places where Express and Nest packages put it, in this order:
 * `auth.payload.sub` (express-oauth2-jwt-bearer), `auth.sub` (express-jwt), `auth().userId` (Clerk), `oidc.user.sub`
 * (express-openid-connect), `user.id`, `user.sub`, `user.userId`, `user.uid` (passport, Nest guards, Firebase).
 * Never from headers, query, cookies or body.
 *
 * @throws Error when there is a `user` that none of these places name: somebody is logged in, and nobody knows who. It says what
 * stands in the first of its members that is there, but never the value
 */
export async function authenticatedUser(request: object): Promise<AuditUser | null> {
  const { auth, oidc, user } = request as { auth?: unknown; oidc?: unknown; user?: unknown };
  const session = typeof auth === "function" ? await (auth as () => unknown).call(request) : undefined;
  const claims: readonly (readonly [source: string, holder: unknown, claim: string])[] = [
    ["req.auth.payload.sub", memberOf(auth, "payload"), "sub"],
    ["req.auth.sub", auth, "sub"],
    ["req.auth().userId", session, "userId"],
    ["req.oidc.user.sub", memberOf(oidc, "user"), "sub"],
    ["req.user.id", user, "id"],
    ["req.user.sub", user, "sub"],
    ["req.user.userId", user, "userId"],
    ["req.user.uid", user, "uid"],
  ];
  let unusable: string | null = null;
  for (const [source, holder, claim] of claims) {
    const id = memberOf(holder, claim);
    if (isIdentifier(id)) return { id, source };
    if (holder === user && id !== undefined && id !== null)
      unusable ??= `${source} is ${notAnIdentifier(id, source)}`;
  }
  if (user === undefined || user === null || user === false) return null;
  throw new Error(
    unusable ?? "There is a req.user, but its id is in none of the known places: pass the option `user`.",
  );
}

function memberOf(holder: unknown, name: string): unknown {
  if (holder === null || (typeof holder !== "object" && typeof holder !== "function")) return undefined;
  return (holder as Record<string, unknown>)[name];
}

const requestId = /^[\w.:-]{1,128}$/;
// An id of zeros alone is invalid by W3C Trace Context.
const traceparent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/**
 * Reads the facts of a request that belong in an entry. All are read at once, for the address is gone when the caller is;
 * but the route, which is known only once the framework has found it, at each call. The id is the framework's, else the
 * `x-request-id` header, else a new UUID.
 */
export function requestFactsOf(request: IncomingRequest): () => RequestFacts {
  const header = (name: string): string | undefined => {
    const value = request.headers?.[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const id = boundedText(idOf(request) ?? givenId(header("x-request-id")), 128) ?? randomUUID();
  const facts = {
    id,
    method: boundedText(request.method, 16),
    ip: boundedText(request.ip, 64),
    user_agent: boundedText(header("user-agent")),
    trace_id: traceparent.exec(header("traceparent") ?? "")?.[1] ?? null,
  };
  return () => ({ ...facts, route: boundedText(routeOf(request)) });
}

/** The framework's id; whatever else an application keeps under that name is none. */
function idOf({ id }: IncomingRequest): string | null {
  return typeof id === "string" || typeof id === "number" || typeof id === "bigint" ? String(id) : null;
}

function givenId(id: string | undefined): string | undefined {
  return id !== undefined && requestId.test(id) ? id : undefined;
}

function routeOf(request: IncomingRequest): string | undefined {
  const pattern = request.routeOptions?.url ?? request.route?.path;
  if (typeof pattern === "string") return `${request.baseUrl ?? ""}${pattern}`;
  const path = (request.originalUrl ?? request.url)?.split(/[?#]/, 1)[0];
  // The words of a path may be secrets (`/reset/<token>`), and an entry is for ever.
  return path === undefined ? undefined : pathTemplate(path);
}
