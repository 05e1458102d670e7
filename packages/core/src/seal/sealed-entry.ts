import type { AuditEntry, EntryDraft } from "../entry/entry.ts";
import type { Place } from "./leaf.ts";

/** A draft and what its line says besides. */
export interface SealedEntry {
  readonly draft: EntryDraft;
  readonly place: Place;
  readonly chain_hash: string;
  readonly signature: string;
}

/** The entry as a reader of the journal gets it. Most callers only wait until it is on the disk, and need none. */
export function entryOf({ draft, place, chain_hash, signature }: SealedEntry): AuditEntry {
  return { ...draft, ...place, chain_hash, signature };
}
