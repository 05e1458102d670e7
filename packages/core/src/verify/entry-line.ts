import type { AuditEntry } from "../entry/entry.ts";
import { entryOf } from "../journal/read-journal.ts";
import { isCanonicalJson } from "../seal/canonical-json.ts";
import { parseLine, type SealedLine } from "../seal/line.ts";

/** A line that is an entry, with what its verification needs. See docs/seal.md, "Verification". */
export interface EntryLine extends SealedLine {
  readonly log: string;
  readonly seq: number;
  readonly recordedAt: string;
  readonly eventType: string;
  /** Whether the leaf is the JCS form of what it says. */
  readonly canonical: boolean;
  /** All of it. */
  readonly entry: AuditEntry;
}

/** Reads a line (without its LF); null when it is no entry. */
export function entryLineOf(bytes: Buffer): EntryLine | null {
  const line = parseLine(bytes);
  const entry = line && entryOf(bytes);
  if (!line || !entry || typeof entry.recorded_at !== "string") return null;
  return {
    ...line,
    log: entry.log,
    seq: entry.seq,
    recordedAt: entry.recorded_at,
    eventType: entry.event_type,
    canonical: isCanonicalJson(line.leaf),
    entry,
  };
}
