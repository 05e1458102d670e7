import type { EventEmitter } from "node:events";
import type { AdapterOptions } from "./adapter-options.ts";
import type { AuditLog } from "./audit-log.ts";
import { authenticatedUser, type IncomingRequest, requestFactsOf } from "./incoming-request.ts";
import { keepContext } from "./keep-context.ts";
import type { AuditScope } from "./scope.ts";

interface Answer extends EventEmitter {
  readonly closed?: boolean;
}

/** The scopes of incoming requests: opened early by an adapter, found again where the async context was lost. */
export class RequestScopes<Request extends object> {
  readonly #audit: AuditLog;
  readonly #user: NonNullable<AdapterOptions<Request>["user"]>;
  readonly #scopes = new WeakMap<object, AuditScope>();
  readonly #answers = new WeakMap<object, Answer>();

  constructor(audit: AuditLog, options: Pick<AdapterOptions<Request>, "user">) {
    this.#audit = audit;
    this.#user = options.user ?? authenticatedUser;
  }

  /** The scope of a request; made at the first call. */
  of(request: Request): AuditScope {
    const known = this.#scopes.get(request);
    if (known) return known;
    const scope = this.#audit.newScope({
      user: () => {
        this.#hold(request);
        return this.#user(request);
      },
      request: requestFactsOf(request as IncomingRequest),
    });
    this.#scopes.set(request, scope);
    return scope;
  }

  /** Goes on with a request inside its scope; `streams`, the request and its response, are those whose events are to stay inside it. */
  enter(request: Request, streams: readonly EventEmitter[], next: () => void): void {
    const scope = this.of(request);
    const answer = streams.at(-1);
    if (answer && answer !== streams[0]) this.#answers.set(request, answer);
    const enter = <T>(work: () => T): T => this.#audit.run(scope, work);
    for (const stream of streams) keepContext(stream, enter);
    enter(next);
  }

  /** A request that makes calls: there may be more, and its answer must come to its end. */
  #hold(request: Request): void {
    const answer = this.#answers.get(request);
    if (!answer || answer.closed) return;
    // Once: until the user is known, that is asked for each call.
    this.#answers.delete(request);
    this.#audit.hold(new Promise((resolve) => answer.once("close", resolve)));
  }
}
