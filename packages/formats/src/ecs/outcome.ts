import type { AuditEntry } from "@openrouter-audit/core";
import { kindOf } from "../event-kind.ts";

/** ECS has no word for what was aborted: how it would have ended, nobody knows. */
export function outcomeOf(entry: AuditEntry): "success" | "failure" | "unknown" {
  if (entry.event_type === "audit.gap" || kindOf(entry) === "contradiction") return "failure";
  if (entry.status === "success") return "success";
  return entry.status === "error" ? "failure" : "unknown";
}
