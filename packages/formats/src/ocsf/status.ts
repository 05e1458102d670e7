import type { AuditEntry } from "@openrouter-audit/core";
import { kindOf } from "../event-kind.ts";

type Status = readonly [id: number, caption: string];

/** That our side stopped reading is neither. */
const statuses: Readonly<Record<string, Status>> = {
  success: [1, "Success"],
  error: [2, "Failure"],
  aborted: [99, "Aborted"],
};

const unknown: Status = [0, "Unknown"];

export function statusOf(entry: AuditEntry): Status {
  // The status of a finding is what became of it since.
  if (kindOf(entry) === "contradiction") return [1, "New"];
  if (entry.event_type === "audit.gap") return [2, "Failure"];
  const { status } = entry as { readonly status: unknown };
  return typeof status === "string" && Object.hasOwn(statuses, status) ? statuses[status]! : unknown;
}
