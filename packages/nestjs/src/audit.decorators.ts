import { Inject, SetMetadata } from "@nestjs/common";
import { AuditLog } from "@openrouter-audit/core";

const openRouterToken = "OPENROUTER_AUDIT_CLIENT";
export const auditMetadataKey = "openrouter-audit:metadata";

/** The injection token of the client, for `overrideProvider` in tests. */
export function getOpenRouterToken(): string {
  return openRouterToken;
}

/** Injects the audited `openai` client: one for the application, which attributes each call to the request it is made in. */
export const InjectOpenRouter = (): ParameterDecorator & PropertyDecorator => Inject(openRouterToken);

/** Injects the `AuditLog`. */
export const InjectAuditLog = (): ParameterDecorator & PropertyDecorator => Inject(AuditLog);

/** Adds metadata to the entries of all calls made in a handler, or in all handlers of a class. */
export const AuditMetadata = (
  metadata: Readonly<Record<string, unknown>>,
): MethodDecorator & ClassDecorator => SetMetadata(auditMetadataKey, metadata);
