import { AuditError, type AuditLog, auditLogFor } from "@openrouter-audit/core";
import type { AuditModuleOptions } from "./audit.options.ts";

/** The log of a module, or the one that it was given. @throws AuditError `INVALID_OPTIONS`, and what a log throws at its start */
export function newAuditLog(options: AuditModuleOptions): AuditLog {
  const { request, waitForCallsMs, ...adapterOptions } = options;
  checkWaiting(waitForCallsMs);
  checkRequest(request);
  if ("isGlobal" in options) throw isGlobalInside();
  return auditLogFor(adapterOptions, ["request", "waitForCallsMs", "isGlobal"]);
}

/** Nest takes it away where it belongs. */
function isGlobalInside(): AuditError {
  return new AuditError(
    "INVALID_OPTIONS",
    'Option "isGlobal" of forRootAsync stands beside the factory, not in the options that this gives.',
  );
}

function checkWaiting(ms: unknown): void {
  if (ms === undefined || (typeof ms === "number" && ms >= 0 && ms <= 3_600_000)) return;
  throw new AuditError(
    "INVALID_OPTIONS",
    'Option "waitForCallsMs" is not right: must be milliseconds, at least 0 and at most 3600000.',
  );
}

function checkRequest(request: unknown): void {
  if (request === undefined || typeof request === "function") return;
  throw new AuditError(
    "INVALID_OPTIONS",
    'Option "request" is not right: must be a function from an execution context to a request.',
  );
}
