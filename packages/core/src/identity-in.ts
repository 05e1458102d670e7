import { type Identity, noContext, notFound } from "./audit-context.ts";
import type { AuditScope } from "./scope.ts";

/**
 * Who the work in a scope is for. Not waited for by the function that finds the user: it would wait for itself.
 *
 * @param identity as the scope gave it when the work began
 */
export function identityIn(
  scope: AuditScope | null,
  identity: Identity | Promise<Identity> = scope?.identity() ?? noContext,
): Identity | Promise<Identity> {
  return identity instanceof Promise && scope?.isFindingUser ? notFound : identity;
}
