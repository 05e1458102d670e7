import type { AuditProblem } from "./audit-error.ts";

/** Tells of a problem where nobody else is told: as a warning of the process. */
export function warn({ code, message }: AuditProblem): void {
  process.emitWarning(message, { type: "OpenRouterAudit", code });
}
