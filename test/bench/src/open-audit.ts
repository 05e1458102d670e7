import { AuditLog } from "@openrouter-audit/core";

/** An audit log with every default an application has, but for where it writes and where the calls go. */
export function openAudit(directory: string, baseURL: string, fetch = globalThis.fetch): AuditLog {
  return new AuditLog({
    directory,
    baseURL,
    fetch,
    secret: "a secret that only this measurement has",
    name: "bench",
  });
}
