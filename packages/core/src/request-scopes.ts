import type { EventEmitter } from "node:events";
import type { AdapterOptions } from "./adapter-options.ts";
import type { AuditLog } from "./audit-log.ts";
import { authenticatedUser, type IncomingRequest, requestFactsOf } from "./incoming-request.ts";
import { keepContext } from "./keep-context.ts";
import type { AuditScope } from "./scope.ts";

/** The scopes of incoming requests: opened early by an adapter, found again where the async context was lost. */
export class RequestScopes<Request extends object> {
  readonly #audit: AuditLog;
  readonly #user: NonNullable<AdapterOptions<Request>["user"]>;
  readonly #scopes = new WeakMap<object, AuditScope>();

  constructor(audit: AuditLog, options: Pick<AdapterOptions<Request>, "user">) {
    this.#audit = audit;
    this.#user = options.user ?? authenticatedUser;
  }

  /** The scope of a request; made at the first call. */
  of(request: Request): AuditScope {
    const known = this.#scopes.get(request);
    if (known) return known;
    const scope = this.#audit.newScope({
      user: () => this.#user(request),
      request: requestFactsOf(request as IncomingRequest),
    });
    this.#scopes.set(request, scope);
    return scope;
  }

  /** Goes on with a request inside its scope; `streams` are those whose events are to stay inside it. */
  enter(request: Request, streams: readonly EventEmitter[], next: () => void): void {
    const scope = this.of(request);
    const enter = <T>(work: () => T): T => this.#audit.run(scope, work);
    for (const stream of streams) keepContext(stream, enter);
    enter(next);
  }
}
