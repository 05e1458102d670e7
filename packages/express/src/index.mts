import type { AuditScope } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import type OpenAI from "openai";
import { auditErrors } from "./audit-errors.ts";
import { type AuditMiddleware, type AuditMiddlewareOptions, middlewareWith } from "./middleware.ts";

export { type AuditMiddleware, type AuditMiddlewareOptions, auditErrors };

declare global {
  namespace Express {
    interface Request {
      /** An `openai` client for OpenRouter whose calls are recorded as this request's user. Made when first used. */
      readonly openrouter: OpenAI;
      /** The audit scope of this request: `tag()` its entries, give its `fetch` to other SDKs. */
      readonly audit: AuditScope;
    }
  }
}

/**
 * Puts an audited OpenRouter client on every request. Mount it anywhere before the handlers: the user is asked for
 * when a call is made, so that authentication may come before or after.
 *
 * Without options: the key from OPENROUTER_API_KEY, the journal in `./audit_logs`.
 *
 * @throws AuditError when the configuration is wrong: at start-up, never per request
 */
export const auditMiddleware = middlewareWith(openRouterClient);
