import type { AuditEntry } from "@openrouter-audit/core";
import { type Hold, holdsIn } from "./hold.ts";

/** A tombstone that was written while a hold covered what it is about. `retain` writes none: somebody with the root key did. */
export interface HoldViolation {
  readonly hold: string;
  /** Where the tombstone stands in the anchor log, and when it was written. */
  readonly seq: number;
  readonly at: string;
  /** What it says was deleted. */
  readonly files: readonly string[];
}

/**
 * Deletions that certainly broke a hold: of everything, or of a time in which the last entry was recorded that the tombstone cut off. A tombstone
 * does not say of whom the entries were, so that of holds of users, and of other entries, nothing can be told.
 *
 * @param notes of an anchor log that was verified, oldest first
 */
export function holdViolationsIn(notes: readonly AuditEntry[]): readonly HoldViolation[] {
  const acts: AuditEntry[] = [];
  let active: readonly Hold[] = [];
  const violations: HoldViolation[] = [];
  for (const note of notes) {
    const { event_type, detail, seq, recorded_at: at } = note;
    if (event_type === "audit.hold") {
      acts.push(note);
      ({ active } = holdsIn(acts));
    }
    if (event_type !== "audit.deleted") continue;
    const newest = membersOf(detail?.cuts, "newest");
    const files = membersOf(detail?.files, "file");
    for (const hold of active)
      if (isBroken(hold, newest)) violations.push({ hold: hold.hold, seq, at, files });
  }
  return violations;
}

function isBroken({ everything, users, since, until }: Hold, newest: readonly string[]): boolean {
  if (everything) return true;
  if (users) return false;
  return newest.some((time) => {
    const at = Date.parse(time);
    return (
      (since === undefined || at >= Date.parse(since)) && (until === undefined || at < Date.parse(until))
    );
  });
}

function membersOf(values: unknown, name: string): string[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown) => {
    const member = (value as Record<string, unknown> | null)?.[name];
    return typeof member === "string" ? [member] : [];
  });
}
