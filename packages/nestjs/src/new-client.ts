import type { AuditLog } from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";

type NewClient = (audit: AuditLog) => unknown;

let make: NewClient = openRouterClient;

/** The client that is injected. */
export function newClient(audit: AuditLog): unknown {
  return make(audit);
}

/**
 * Takes the client class from the caller's copy of `openai`. There are two, imported and required, and an application
 * that imports ours expects `instanceof` to hold for the one it imports itself.
 */
export function makeClientsWith(newClient: NewClient): void {
  make = newClient;
}
