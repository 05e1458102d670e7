import type { Completeness } from "../../../src/report/findings.ts";

/** Calls without an end, a gap, and lines that are no entries. */
export const completeness: Completeness = {
  orphans: { running: 1, orphaned: 6 },
  presumed_ended: 14,
  gaps: [
    {
      log: "openrouter-audit/web-2/01a20b67-b365-717f-828f-56dee38055e5",
      reason: "ENOSPC",
      count: 18,
      since: "2026-11-17T14:02:11.000Z",
      until: "2026-11-17T14:03:40.000Z",
    },
  ],
  other_gaps: 0,
  lost_entries: 18,
  repeated_entries: 3,
  unreadable_lines: 2,
  unreadable: [{ file: "audit_2026-11-17.jsonl", lines: 2 }],
};

/** Of a log in which nothing is missing. */
export const nothingMissing: Completeness = {
  ...completeness,
  orphans: { running: 1, orphaned: 0 },
  gaps: [],
  lost_entries: 0,
  unreadable_lines: 0,
  unreadable: [],
};

/** Of a period without a call. */
export const nothingToMiss: Completeness = {
  ...nothingMissing,
  orphans: { running: 0, orphaned: 0 },
  presumed_ended: 0,
  repeated_entries: 0,
};
