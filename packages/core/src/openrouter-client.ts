import type { AuditContext } from "./audit-context.ts";
import type { AuditLog } from "./audit-log.ts";
import type { Fetch } from "./fetch.ts";
import { answeringRefusals } from "./refusal-answer.ts";
import type { AuditScope } from "./scope.ts";

/** Options of `openRouterClient`; everything else an `openai` client takes may be given too. */
export interface OpenRouterClientOptions {
  /** @default the audit log's */
  readonly apiKey?: string;
  /** @default the audit log's */
  readonly baseURL?: string;
  /** Binds the client to somebody. @default whoever the call is made for: see {@link AuditLog.run} */
  readonly as?: AuditContext | AuditScope;
}

/** What an `openai` client has to be made with so that its calls are audited. */
export function clientOptions<Given extends OpenRouterClientOptions>(
  audit: AuditLog,
  { as, apiKey, baseURL, ...others }: Given,
): Omit<Given, keyof OpenRouterClientOptions> & { apiKey: string; baseURL: string; fetch: Fetch } {
  return {
    ...others,
    ...audit.connection({ apiKey, baseURL }),
    fetch: answeringRefusals(as ? audit.fetchAs(as) : audit.fetch),
  };
}
