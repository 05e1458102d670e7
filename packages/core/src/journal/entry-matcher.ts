import type { AuditEntry } from "../entry/entry.ts";
import { isSystemEvent } from "../entry/event-kind.ts";
import { identifierOf } from "../entry/identifier.ts";
import type { JournalFilter } from "./journal-filter.ts";

/** Whether an entry is one of those that a filter wants. */
export function matcherOf(filter: JournalFilter): (entry: AuditEntry) => boolean {
  const since = filter.since?.toISOString();
  const until = filter.until?.toISOString();
  const userId = identifierOf(filter.userId) ?? filter.userId;
  const system = filter.system === true || (filter.eventType && isSystemEvent(filter.eventType)) === true;
  return (entry) =>
    (system || !isSystemEvent(entry.event_type)) &&
    (userId === undefined || entry.user_id === userId) &&
    (filter.model === undefined || matches(entry.model, filter.model)) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.eventType === undefined || matches(entry.event_type, filter.eventType)) &&
    (since === undefined || entry.timestamp >= since) &&
    (until === undefined || entry.timestamp < until);
}

function matches(value: unknown, pattern: string): boolean {
  // Nobody has verified the line: any member may be anything.
  if (typeof value !== "string") return false;
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
