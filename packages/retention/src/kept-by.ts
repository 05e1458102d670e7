import type { AuditEntry } from "@openrouter-audit/core";
import type { JournalFileFacts } from "./file-facts.ts";

/** Why a file that is old enough is not deleted: legal holds that were noted and not released. */
export function keptBy(notes: readonly AuditEntry[]): (facts: JournalFileFacts) => string | null {
  const holds = new Set<unknown>();
  for (const { event_type, detail } of notes) {
    if (event_type !== "audit.hold") continue;
    if (detail?.action === "release") holds.delete(detail.hold);
    else holds.add(detail?.hold);
  }
  return () => (holds.size > 0 ? `a legal hold is on the journal: ${[...holds].join(", ")}` : null);
}
