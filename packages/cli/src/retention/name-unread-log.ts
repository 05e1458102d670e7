import { join } from "node:path";
import type { JournalVerification } from "@openrouter-audit/core";
import { unreadLog } from "@openrouter-audit/retention";

/**
 * A verification that says of the anchor logs that the journals name, when they were not looked at: what is missing may have been deleted,
 * by the tombstones in them. Whoever can write a journal can make it name one, so that this changes no verdict.
 */
export function nameUnreadLogs(
  found: JournalVerification,
  directories: readonly string[],
  anchors: readonly string[] | undefined,
): JournalVerification {
  const unread = directories.flatMap((directory) => {
    const read = found.anchors.map((log) => log.directory);
    const looked = read.length > 0 ? read : (anchors ?? [join(directory, "anchor")]);
    const places = looked.map((place) => unreadLog(directory, place));
    if (places.length === 0 || places.includes(null)) return [];
    const journal = directories.length === 1 ? "this journal" : directory;
    return (
      `the holds and tombstones of ${journal}, which are ${places[0]}: name its directory (--anchors, OPENROUTER_AUDIT_ANCHOR_DIR); ` +
      "what was deleted is missing without it"
    );
  });
  return { ...found, notChecked: [...unread, ...found.notChecked] };
}
