import { readNotes } from "../read-notes.ts";
import { type Hold, holdsIn } from "./hold.ts";
import { type HoldViolation, holdViolationsIn } from "./hold-violations.ts";

/**
 * The holds that an anchor log tells of, as far as it verifies.
 *
 * @param rootKeys the root vkeys that are trusted
 * @returns in `problems`, what does not verify of it: then there may have been others; in `violations`, what was deleted in spite of a hold
 * @throws AuditError `JOURNAL_UNREADABLE` when there is no anchor log; `INVALID_OPTIONS` for what is no vkey
 */
export async function readHolds(
  anchors: string,
  rootKeys: readonly string[],
): Promise<{
  readonly active: readonly Hold[];
  readonly released: readonly Hold[];
  readonly problems: readonly string[];
  readonly violations: readonly HoldViolation[];
}> {
  const { notes, problems } = await readNotes(anchors, rootKeys);
  return { ...holdsIn(notes), violations: holdViolationsIn(notes), problems };
}
