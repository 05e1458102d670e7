import type { AuditEntry } from "@openrouter-audit/core";
import { draftEntry, LogSealer } from "@openrouter-audit/core/seal";

/** Entries of a log, sealed as real ones are, with these members. */
export function sealed(members: readonly Partial<AuditEntry>[], at = new Date()): AuditEntry[] {
  const drafts = members.map((each) => ({
    ...draftEntry({
      event_type: "answer.approved",
      timestamp: at.toISOString(),
      service: { name: "test", version: null, instance: "here/1" },
      status: "success",
      attribution: { how: "no_context", source: null },
    }),
    ...each,
  }));
  const { lines } = new LogSealer("test").seal(drafts as Parameters<LogSealer["seal"]>[0], at);
  return lines
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEntry);
}

export const calm = () => ({ signal: new AbortController().signal });
