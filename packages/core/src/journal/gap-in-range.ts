import type { AuditEntry } from "../entry/entry.ts";

/** Limits of a time: from `since` on, before `until`. */
interface Range {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/**
 * Whether an entry is an `audit.gap` about a range of time. What counts is when the entries were lost, for the gap itself is
 * recorded after that.
 */
export function gapIn({ since, until }: Range): (entry: AuditEntry) => boolean {
  const [from, to] = [since?.toISOString(), until?.toISOString()];
  return ({ event_type, detail, timestamp }) => {
    if (event_type !== "audit.gap") return false;
    // Nobody has verified the line: any member may be anything.
    const first = typeof detail?.since === "string" ? detail.since : timestamp;
    const last = typeof detail?.until === "string" ? detail.until : timestamp;
    return (from === undefined || last >= from) && (to === undefined || first < to);
  };
}
