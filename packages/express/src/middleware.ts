import {
  type AdapterOptions,
  type AuditLog,
  type AuditScope,
  auditLogFor,
  RequestScopes,
} from "@openrouter-audit/core";
import type { Request, RequestHandler } from "express";

/** Options of `auditMiddleware`: those of the audit log, or `audit`, and how a request names its user. */
export type AuditMiddlewareOptions = AdapterOptions<Request>;

/** The middleware, and the log it writes to: `await middleware.audit.close()` when the server stops. */
export interface AuditMiddleware extends RequestHandler {
  readonly audit: AuditLog;
}

/** Makes `auditMiddleware` for one copy of the `openai` package: imported and required ones are different classes. */
export function middlewareWith<Client>(newClient: (audit: AuditLog, options: { as: AuditScope }) => Client) {
  return function auditMiddleware(options: AuditMiddlewareOptions = {}): AuditMiddleware {
    if ("socket" in options)
      throw new TypeError("Call it: app.use(auditMiddleware()), not app.use(auditMiddleware).");
    const audit = auditLogFor(options);
    const scopes = new RequestScopes<Request>(audit, options);
    const middleware: RequestHandler = (request, response, next) => {
      const scope = scopes.of(request);
      let client: Client | undefined;
      Object.defineProperty(request, "audit", { value: scope, configurable: true, writable: true });
      if (options.client !== false) {
        const get = () => {
          client ??= newClient(audit, { as: scope });
          return client;
        };
        Object.defineProperty(request, "openrouter", { get, configurable: true });
      }
      scopes.enter(request, [request, response], next);
    };
    return Object.assign(middleware, { audit });
  };
}
