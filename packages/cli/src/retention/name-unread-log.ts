import { join } from "node:path";
import type { JournalVerification } from "@openrouter-audit/core";
import { unreadLog } from "@openrouter-audit/retention";

/**
 * A verification that says of the anchor log that the journal names, when it was not looked at: what is missing may have been deleted, by
 * the tombstones in it. Whoever can write the journal can make it name one, so that this changes no verdict.
 */
export function nameUnreadLog(
  found: JournalVerification,
  directory: string,
  anchors: string | undefined,
): JournalVerification {
  const place = unreadLog(directory, found.anchor?.directory ?? anchors ?? join(directory, "anchor"));
  if (place === null) return found;
  const unread =
    `the holds and tombstones of this journal, which are ${place}: name its directory (--anchors, OPENROUTER_AUDIT_ANCHOR_DIR); ` +
    "what was deleted is missing without it";
  return { ...found, notChecked: [unread, ...found.notChecked] };
}
