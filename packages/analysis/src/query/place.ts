import type { AuditEntry } from "@openrouter-audit/core";
import { microsecondsOf } from "../entries/time-text.ts";

/** Where an entry stands: by day, by the time it was recorded, by log. Of an entry that nobody sealed, anything may be missing. */
export interface Place {
  readonly day: string;
  /** As `microsecondsOf` makes it; null when that is no time, which comes last. */
  readonly recorded: string | null;
  readonly log: string;
  readonly seq: number;
  readonly id: string;
}

export function placeOf({ recorded_at, log, seq, id }: AuditEntry, day: string): Place {
  return { day, recorded: microsecondsOf(recorded_at), log, seq, id };
}

/** Negative when `a` comes first. Texts are compared by their UTF-8, as `collate "C"` does. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compareText(a.day, b.day) ||
    compareTimes(a.recorded, b.recorded) ||
    compareText(a.log, b.log) ||
    a.seq - b.seq ||
    compareText(a.id, b.id)
  );
}

function compareTimes(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
