import type { AuditEntry } from "@openrouter-audit/core";
import { checkFilter } from "./check-filter.ts";
import type { EntryFilter } from "./entry-filter.ts";
import { matcherOf } from "./matches.ts";

export type EntryMatcher = (entry: AuditEntry) => boolean;

/**
 * Whether an entry is one of those that a filter wants: what `query` decides by, for entries from elsewhere.
 *
 * @throws AuditError `INVALID_OPTIONS`
 */
export function entryMatcher(filter: EntryFilter): EntryMatcher {
  return matcherOf(checkFilter(filter));
}
